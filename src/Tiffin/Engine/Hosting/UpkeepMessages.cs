namespace Tiffin.Engine.Hosting;

static partial class UpkeepMessages
{
    [LoggerMessage(4001, LogLevel.Warning, "{Chore} failed and will be retried at its next run: {Reason}")]
    public static partial void Failed(ILogger log, string chore, string reason);

    [LoggerMessage(4002, LogLevel.Information, "Cancelled {Count} order(s) that were not accepted in time")]
    public static partial void TimedOut(ILogger log, int count);

    [LoggerMessage(4004, LogLevel.Error,
        "Not ready: this node's clock is {Seconds} s ahead of the database's (negative: behind it). Check NTP")]
    public static partial void ClockSkewExceeded(ILogger log, double seconds);

    [LoggerMessage(4003, LogLevel.Information, "Dropped {Count} expired partition(s)")]
    public static partial void Dropped(ILogger log, int count);
}
