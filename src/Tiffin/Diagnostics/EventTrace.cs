using System.Diagnostics;

namespace Tiffin.Diagnostics;

/// <summary>What becomes of an event once it is in the log, in the trace of the request that caused it.</summary>
static class EventTrace
{
    public const string SourceName = "Tiffin.Events";

    static readonly ActivitySource source = new(SourceName);

    /// <summary>A span below the event's; null when nobody traces, or nobody did when it happened.</summary>
    public static Activity? Start(string name, ActivityKind kind, string? traceparent) =>
        traceparent is not null && ActivityContext.TryParse(traceparent, null, isRemote: true, out var parent)
            ? source.StartActivity(name, kind, parent)
            : null;
}
