namespace Tiffin.Features.Notifications;

/// <summary>Identifies notifications by id only: recipients are personal data (PII) and must not be logged.</summary>
static partial class NotificationMessages
{
    [LoggerMessage(6001, LogLevel.Warning, "Notification {Id} was not sent: {State}; see the error in its row")]
    public static partial void NotSent(ILogger log, Guid id, Enum state);

    [LoggerMessage(6002, LogLevel.Warning, "Database unavailable; notifications are delayed: {Reason}")]
    public static partial void DatabaseUnavailable(ILogger log, string reason);
}
