namespace Tiffin.Engine.Commit;

static partial class CommitLog
{
    [LoggerMessage(1001, LogLevel.Warning, "The writer's session is lost: {Reason}. Opening another")]
    public static partial void SessionLost(ILogger log, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "A COMMIT went unanswered; the log says that it happened: {IsIn}")]
    public static partial void Resolved(ILogger log, bool isIn);

    [LoggerMessage(1003, LogLevel.Error,
        "A COMMIT was not replicated ({Message}). Its callers get 503 outcome_unknown; the node is not ready until a "
        + "commit is replicated")]
    public static partial void NotReplicated(ILogger log, string message);

    [LoggerMessage(1004, LogLevel.Warning,
        "PostgreSQL refused a batch of {Count} ({SqlState}); looking for the culprit")]
    public static partial void Splitting(ILogger log, string sqlState, int count);

    [LoggerMessage(1005, LogLevel.Error, "A {Command} cannot be committed ({SqlState}); it alone fails")]
    public static partial void Culprit(ILogger log, Exception reason, string command, string sqlState);

    [LoggerMessage(1006, LogLevel.Error,
        "The database takes no writes ({SqlState}: {Message}); refused {Count} commands")]
    public static partial void GaveUp(ILogger log, string sqlState, string message, int count);

    [LoggerMessage(1007, LogLevel.Error,
        "The writer's connection to backend {Process} carried nothing for {Budget}; closing its socket. The batch is "
        + "settled over another session")]
    public static partial void SocketClosed(ILogger log, int process, TimeSpan budget);

    [LoggerMessage(1008, LogLevel.Warning,
        "The writer waits for backend {Process}, and no second session could ask about it ({Reason}). Asking again")]
    public static partial void BackendUnknown(ILogger log, int process, string reason);
}
