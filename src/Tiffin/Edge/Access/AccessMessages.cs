namespace Tiffin.Edge.Access;

static partial class AccessMessages
{
    [LoggerMessage(5001, LogLevel.Warning, "Cannot read changes of API keys and sessions; retrying: {Reason}")]
    public static partial void KeysNotRead(ILogger log, string reason);

    [LoggerMessage(5002, LogLevel.Warning, "Audit entries wait for the database: {Reason}")]
    public static partial void AuditWaits(ILogger log, string reason);

    [LoggerMessage(5003, LogLevel.Error, "Audit entry lost: {Operation} by {Caller}, status {Status}")]
    public static partial void AuditLost(ILogger log, string operation, string caller, int status);

    [LoggerMessage(5004, LogLevel.Error, "PostgreSQL rejected an audit entry: {SqlState} {Reason}")]
    public static partial void AuditRefused(ILogger log, string sqlState, string reason);
}
