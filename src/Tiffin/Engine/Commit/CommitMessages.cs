namespace Tiffin.Engine.Commit;

static partial class CommitMessages
{
    [LoggerMessage(1001, LogLevel.Warning, "The writer lost its session: {Reason}. Opening another")]
    public static partial void SessionLost(ILogger log, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "A COMMIT was not acknowledged. Its events are in the log: {IsCommitted}")]
    public static partial void Resolved(ILogger log, bool isCommitted);

    [LoggerMessage(1003, LogLevel.Error,
        "A COMMIT was not replicated ({Message}). Its callers get 503 outcome_unknown; the node is not ready until a "
        + "commit is replicated")]
    public static partial void NotReplicated(ILogger log, string message);

    [LoggerMessage(1004, LogLevel.Warning,
        "PostgreSQL rejected a batch of {Count} ({SqlState}); bisecting")]
    public static partial void Bisecting(ILogger log, string sqlState, int count);

    [LoggerMessage(1005, LogLevel.Error, "A {Command} cannot be committed ({SqlState}); only this command fails")]
    public static partial void CommandFailed(ILogger log, Exception reason, string command, string sqlState);

    [LoggerMessage(1006, LogLevel.Error,
        "The database is not accepting writes ({SqlState}: {Message}); rejected {Count} commands")]
    public static partial void GaveUp(ILogger log, string sqlState, string message, int count);

    [LoggerMessage(1007, LogLevel.Error,
        "No data from backend {Process} of the writer for {Budget}; closing the socket. The outcome of the batch is "
        + "resolved over another session")]
    public static partial void SocketClosed(ILogger log, int process, TimeSpan budget);

    [LoggerMessage(1008, LogLevel.Warning,
        "Cannot check the backend {Process} that the writer waits for: {Reason}. Retrying")]
    public static partial void BackendNotChecked(ILogger log, int process, string reason);

    [LoggerMessage(1009, LogLevel.Error, "The check of the writer's connection failed. Retrying")]
    public static partial void WatchdogFailed(ILogger log, Exception failure);
}
