using System.Diagnostics;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// Traces the processing of an event as part of the request that caused it, by the trace context stored with the event.
/// </summary>
static class EventTrace
{
    public const string SourceName = "Tiffin.Events";

    static readonly ActivitySource source = new(SourceName);

    /// <summary>A child span of the event's; null when tracing is off, or was off when the event was written.</summary>
    public static Activity? Start(string name, ActivityKind kind, string? traceparent) =>
        traceparent is not null && ActivityContext.TryParse(traceparent, null, isRemote: true, out var parent)
            ? source.StartActivity(name, kind, parent)
            : null;
}
