using System.Diagnostics;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Traces a batch as a root span with links to the requests in it: a span has one parent, a batch has many requests.
/// </summary>
static class CommitTrace
{
    public const string SourceName = "Tiffin.Commit";

    static readonly ActivitySource source = new(SourceName);

    /// <summary>The caller's span context; default when tracing is off.</summary>
    public static ActivityContext Origin =>
        source.HasListeners() && Activity.Current is { } caller ? caller.Context : default;

    /// <summary>The span context as a <c>traceparent</c> value; null for the default context.</summary>
    public static string? Traceparent(ActivityContext span) => span == default
        ? null
        : $"00-{span.TraceId.ToHexString()}-{span.SpanId.ToHexString()}-{(int)span.TraceFlags:x2}";

    public static Activity? Start(IEnumerable<ActivityContext> origins)
    {
        if (!source.HasListeners()) return null;
        var links = origins.Where(origin => origin != default).Select(origin => new ActivityLink(origin)).ToList();
        // A batch without requests, such as a probe, is not traced.
        return links.Count == 0
            ? null
            : source.StartActivity("commit", ActivityKind.Internal, default(ActivityContext),
                [new("tiffin.commit.batch.size", links.Count)], links);
    }
}
