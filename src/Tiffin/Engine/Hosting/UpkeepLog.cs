namespace Tiffin.Engine.Hosting;

static partial class UpkeepLog
{
    [LoggerMessage(4001, LogLevel.Warning, "{Chore} failed and is tried again when it is due: {Reason}")]
    public static partial void Failed(ILogger log, string chore, string reason);

    [LoggerMessage(4002, LogLevel.Information, "{Count} order(s) were not accepted in time and are cancelled")]
    public static partial void TimedOut(ILogger log, int count);

    [LoggerMessage(4004, LogLevel.Error,
        "This node's clock is {Seconds} s ahead of the database's (below zero: behind it): it is not ready. Check NTP")]
    public static partial void ClockIsWrong(ILogger log, double seconds);

    [LoggerMessage(4003, LogLevel.Information, "{Count} partition(s) were older than kept and are dropped")]
    public static partial void Dropped(ILogger log, int count);
}
