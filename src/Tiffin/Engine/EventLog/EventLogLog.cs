namespace Tiffin.Engine.EventLog;

static partial class EventLogLog
{
    [LoggerMessage(3001, LogLevel.Warning,
        "The listener for commits of other nodes is lost ({Reason}); polling meanwhile")]
    public static partial void ListenerLost(ILogger log, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "The live feed lost its session ({Reason}) and opens another")]
    public static partial void FeedLost(ILogger log, string reason);
}

static partial class SubscriptionLog
{
    [LoggerMessage(3101, LogLevel.Information,
        "{Subscriber} is read here (fence {Fence}), on from position {Position}")]
    public static partial void Leads(ILogger log, string subscriber, long fence, long position);

    [LoggerMessage(3102, LogLevel.Warning, "{Subscriber} is read by another node now")]
    public static partial void Succeeded(ILogger log, string subscriber);

    [LoggerMessage(3103, LogLevel.Error, "{Subscriber} stands still after {Failures} failure(s) in a row")]
    public static partial void Failed(ILogger log, Exception failure, string subscriber, int failures);

    [LoggerMessage(3104, LogLevel.Warning, "{Subscriber} could not be handed over at once: {Reason}")]
    public static partial void NotReleased(ILogger log, string subscriber, string reason);

    [LoggerMessage(3105, LogLevel.Error,
        "{Subscriber} set the event at position {Position} ({Type}) aside: it cannot be read")]
    public static partial void SetAside(
        ILogger log, Exception unreadable, string subscriber, long position, string type);
}
