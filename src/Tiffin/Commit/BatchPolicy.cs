namespace Tiffin.Commit;

/// <summary>What becomes of a batch that failed.</summary>
public enum Remedy
{
    /// <summary>Nothing was written, and the next try may do: the same batch again.</summary>
    Retry,

    /// <summary>The session is gone or points at the wrong server: the same batch on a new one.</summary>
    Reconnect,

    /// <summary>PostgreSQL refuses something in it: halves, until the culprit is alone.</summary>
    Split,

    /// <summary>The server cannot take writes now: answer 503.</summary>
    GiveUp,
}

/// <summary>Decides without doing: how large a batch gets, and what becomes of one that failed. Pure.</summary>
public static class BatchPolicy
{
    public const int RetriesMax = 2;

    /// <summary>The severity of an error that ended the transaction and not the session.</summary>
    public const string RolledBack = "ERROR";

    /// <summary>
    /// The SQLSTATEs that say something other than "a statement in here is bad".
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    /// </summary>
    public static Remedy For(string sqlState, int retries, string? constraint) => sqlState switch
    {
        // Contention: serialization_failure, deadlock_detected, lock_not_available.
        "40001" or "40P01" or "55P03" => retries < RetriesMax ? Remedy.Retry : Remedy.GiveUp,
        // Cancelled by an operator or a statement_timeout.
        "57014" => retries < RetriesMax ? Remedy.Retry : Remedy.GiveUp,
        // admin_shutdown, crash_shutdown, cannot_connect_now,
        // idle_in_transaction_session_timeout, read_only_sql_transaction:
        // the session ended, or a fail-over made its server a standby.
        "57P01" or "57P02" or "57P03" or "25P03" or "25006" => Remedy.Reconnect,
        _ when sqlState.StartsWith("08", StringComparison.Ordinal) => Remedy.Reconnect,
        // A privilege, a table or a column is missing: the text of statements is fixed, so every command meets it.
        _ when sqlState.StartsWith("42", StringComparison.Ordinal) => Remedy.GiveUp,
        // A check violation without a constraint is a partition that is missing: the same for every command.
        "23514" when constraint is null => Remedy.GiveUp,
        _ => Remedy.Split,
    };

    /// <summary>Out of disk, memory or connections: no command is at fault, and a later try may go through.</summary>
    public static bool IsShortOfResources(string sqlState) => sqlState.StartsWith("53", StringComparison.Ordinal);

    public static TimeSpan RetryDelay(int retries, double jitter) =>
        TimeSpan.FromMilliseconds(20 * Math.Pow(2, retries) * (0.5 + jitter));

    /// <summary>While the server is away: soon again, and never less often than once a second.</summary>
    public static TimeSpan ReconnectDelay(int failures, double jitter) =>
        TimeSpan.FromMilliseconds(Math.Min(1000, 25 * Math.Pow(2, Math.Min(failures, 10))) * (0.5 + jitter / 2));
}
