namespace Tiffin.Features.Notifications;

/// <summary>Identifies notifications by id only: recipients are personal data (PII) and must not be logged.</summary>
static partial class NotificationLog
{
    [LoggerMessage(6001, LogLevel.Warning, "Notification {Id} was not sent: {State}; its order or row says why")]
    public static partial void NotSent(ILogger log, Guid id, Enum state);

    [LoggerMessage(6002, LogLevel.Warning, "Notifications wait for the database: {Reason}")]
    public static partial void DatabaseAway(ILogger log, string reason);
}
