namespace Tiffin.Edge;

static partial class HttpLog
{
    [LoggerMessage(2001, LogLevel.Error, "A request to {Path} met a defect")]
    public static partial void Defect(ILogger log, Exception error, string path);

    [LoggerMessage(2002, LogLevel.Warning, "A query could not be answered: {Reason}")]
    public static partial void DatabaseAway(ILogger log, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Whether {Path} took effect is unknown: {Reason}")]
    public static partial void OutcomeUnknown(ILogger log, string path, string reason);
}
