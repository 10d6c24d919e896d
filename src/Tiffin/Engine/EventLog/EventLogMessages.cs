namespace Tiffin.Engine.EventLog;

static partial class EventLogMessages
{
    [LoggerMessage(3001, LogLevel.Warning,
        "Lost the session that listens for commits of other nodes ({Reason}); polling until it is back")]
    public static partial void ListenerLost(ILogger log, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "The live feed lost its session ({Reason}); opening another")]
    public static partial void FeedLost(ILogger log, string reason);
}

static partial class SubscriptionMessages
{
    [LoggerMessage(3101, LogLevel.Information, "Leading {Subscriber} from position {Position} (fence {Fence})")]
    public static partial void LeaseAcquired(ILogger log, string subscriber, long fence, long position);

    [LoggerMessage(3102, LogLevel.Warning, "Lost the lease of {Subscriber}")]
    public static partial void LeaseLost(ILogger log, string subscriber);

    [LoggerMessage(3103, LogLevel.Error, "{Subscriber} failed {Failures} times in a row; retrying")]
    public static partial void Failed(ILogger log, Exception failure, string subscriber, int failures);

    [LoggerMessage(3104, LogLevel.Warning, "Could not release the lease of {Subscriber}: {Reason}")]
    public static partial void NotReleased(ILogger log, string subscriber, string reason);

    [LoggerMessage(3105, LogLevel.Error,
        "{Subscriber} skipped the unreadable event at position {Position} ({Type})")]
    public static partial void Skipped(
        ILogger log, Exception unreadable, string subscriber, long position, string type);
}
