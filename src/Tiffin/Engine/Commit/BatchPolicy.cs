using Tiffin.Engine.Hosting;

namespace Tiffin.Engine.Commit;

/// <summary>How to proceed after a batch failed.</summary>
enum Remedy
{
    /// <summary>Nothing was written and the error is transient: run the same batch again.</summary>
    Retry,

    /// <summary>The session is lost or its server is not the primary: run the same batch on a new session.</summary>
    Reconnect,

    /// <summary>PostgreSQL rejected one of the commands: bisect the batch to isolate it.</summary>
    Bisect,

    /// <summary>The server cannot take writes now: answer 503.</summary>
    GiveUp,
}

/// <summary>Chooses the remedy for a failed batch, and the retry delays. Pure.</summary>
static class BatchPolicy
{
    public const int RetriesMax = 2;

    /// <summary>Severity of an error that aborts the transaction but leaves the session usable.</summary>
    public const string ErrorSeverity = "ERROR";

    static readonly Backoff retry = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1));

    // With jitter, a second at most.
    static readonly Backoff reconnect = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(0.8));

    /// <summary>
    /// Maps a SQLSTATE to a remedy. Anything not listed is attributed to a command of the batch.
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    /// </summary>
    public static Remedy For(string sqlState, int retries, string? constraint) => sqlState switch
    {
        // Contention (serialization_failure, deadlock_detected, lock_not_available), or cancelled by an operator or a
        // statement_timeout (query_canceled).
        "40001" or "40P01" or "55P03" or "57014" => retries < RetriesMax ? Remedy.Retry : Remedy.GiveUp,
        // admin_shutdown, crash_shutdown, cannot_connect_now,
        // idle_in_transaction_session_timeout, read_only_sql_transaction:
        // the session ended, or its server became a standby in a failover.
        "57P01" or "57P02" or "57P03" or "25P03" or "25006" => Remedy.Reconnect,
        _ when sqlState.StartsWith("08", StringComparison.Ordinal) => Remedy.Reconnect,
        // A privilege, table or column is missing. Statement texts are fixed, so every command would fail the same way.
        _ when sqlState.StartsWith("42", StringComparison.Ordinal) => Remedy.GiveUp,
        // A check violation without a constraint name is a missing partition: every command would fail the same way.
        "23514" when constraint is null => Remedy.GiveUp,
        _ => Remedy.Bisect,
    };

    /// <summary>
    /// Out of disk, memory or connections. The batch is bisected, because a single command may need too much; if it is
    /// rejected on its own, too, a retry may succeed.
    /// </summary>
    public static bool IsInsufficientResources(string sqlState) => sqlState.StartsWith("53", StringComparison.Ordinal);

    public static TimeSpan RetryDelay(int failures, double jitter) => retry.Delay(failures, jitter);

    public static TimeSpan ReconnectDelay(int failures, double jitter) => reconnect.Delay(failures, jitter);
}
