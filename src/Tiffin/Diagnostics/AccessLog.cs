namespace Tiffin.Diagnostics;

static partial class AccessLog
{
    [LoggerMessage(5001, LogLevel.Warning, "What changed among the API keys could not be read: {Reason}")]
    public static partial void KeysNotRead(ILogger log, string reason);
}
