namespace Tiffin.Edge.Access;

static partial class AccessLog
{
    [LoggerMessage(5001, LogLevel.Warning, "What changed among keys and sessions could not be read: {Reason}")]
    public static partial void KeysNotRead(ILogger log, string reason);

    [LoggerMessage(5002, LogLevel.Warning, "The audit waits for the database: {Reason}")]
    public static partial void AuditWaits(ILogger log, string reason);

    [LoggerMessage(5003, LogLevel.Error, "An entry of the audit is lost: {Operation} by {Caller}, answered {Status}")]
    public static partial void AuditLost(ILogger log, string operation, string caller, int status);

    [LoggerMessage(5004, LogLevel.Error, "PostgreSQL refuses an entry of the audit for good: {SqlState} {Reason}")]
    public static partial void AuditRefused(ILogger log, string sqlState, string reason);
}
