using Tiffin.Engine.Hosting;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Pool sizes of a node, section <c>Database</c>. The total is <c>Maximum Pool Size</c> of the connection string
/// (default 100): these pools are taken from it, and requests get the rest.
/// </summary>
sealed class DatabaseOptions
{
    /// <summary>Connections for readiness checks and subscriber metrics.</summary>
    public int HealthConnections { get; set; } = 2;

    /// <summary>Connections that read keys, ended sessions and the audit log.</summary>
    public int AccessConnections { get; set; } = 2;

    /// <summary>Connections that change keys, sessions, webhooks and personal data, and write the audit log.</summary>
    public int AdministrationConnections { get; set; } = 4;

    /// <summary>
    /// Connections of subscribers: one for each that this node leads (broker, ledger, analytics, webhooks,
    /// notifications), and one for its live feed.
    /// </summary>
    public int SubscriberConnections { get; set; } = 8;

    /// <summary>Connections for background work: sending webhooks and messages, upkeep.</summary>
    public int BackgroundConnections { get; set; } = 3;

    /// <summary>
    /// How long an administrative request waits for its COMMIT before it answers 503 <c>outcome_unknown</c>, such as
    /// while a synchronous standby is missing. The COMMIT itself is never cancelled.
    /// </summary>
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// PostgreSQL ends a session that has been idle in a transaction for this long, such as that of a hung node: it may
    /// hold the write lock.
    /// </summary>
    public TimeSpan IdleTransactionTimeout { get; set; } = TimeSpan.FromSeconds(3);

    const int TotalDefault = 100;
    const int RequestsMin = 4;

    /// <summary>Size of the pool for requests: the total minus all other pools.</summary>
    internal int RequestConnections(int? total)
    {
        int[] reserved =
        [
            HealthConnections, AccessConnections, AdministrationConnections, SubscriberConnections,
            BackgroundConnections,
        ];
        if (reserved.Any(size => size < 1))
            throw new InvalidSettingException("Each of Database__…Connections must be at least 1.");
        var left = (total ?? TotalDefault) - reserved.Sum();
        return left >= RequestsMin ? left : throw new InvalidSettingException(
            $"Maximum Pool Size={total ?? TotalDefault} leaves {left} connection(s) for requests, which need at least "
            + $"{RequestsMin}: Database__…Connections reserve {reserved.Sum()}. Raise it, or reserve fewer.");
    }
}
