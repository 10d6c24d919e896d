namespace Tiffin.Edge;

static partial class HttpMessages
{
    [LoggerMessage(2001, LogLevel.Error, "Unhandled exception in a request to {Route}")]
    public static partial void Defect(ILogger log, Exception error, string route);

    [LoggerMessage(2002, LogLevel.Warning, "Database unavailable for a query: {Reason}")]
    public static partial void DatabaseAway(ILogger log, string reason);

    [LoggerMessage(2003, LogLevel.Warning, "Outcome of {Route} is unknown: {Reason}")]
    public static partial void OutcomeUnknown(ILogger log, string route, string reason);
}
