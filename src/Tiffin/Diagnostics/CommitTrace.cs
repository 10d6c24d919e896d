using System.Diagnostics;

namespace Tiffin.Diagnostics;

/// <summary>
/// A batch in traces: a span of its own, since it belongs to many requests, with a link to each of them.
/// </summary>
static class CommitTrace
{
    public const string SourceName = "Tiffin.Commit";

    static readonly ActivitySource source = new(SourceName);

    /// <summary>The caller's span; the default one when nobody listens.</summary>
    public static ActivityContext Origin =>
        source.HasListeners() && Activity.Current is { } caller ? caller.Context : default;

    /// <summary>A span as it stands in a header and in an event; null for the default one.</summary>
    public static string? Header(ActivityContext span) => span == default
        ? null
        : $"00-{span.TraceId.ToHexString()}-{span.SpanId.ToHexString()}-{(int)span.TraceFlags:x2}";

    public static Activity? Start(IEnumerable<ActivityContext> origins)
    {
        if (!source.HasListeners()) return null;
        var links = origins.Where(origin => origin != default).Select(origin => new ActivityLink(origin)).ToList();
        // What nobody asked for by a request, such as a probe, is no trace.
        return links.Count == 0
            ? null
            : source.StartActivity("commit", ActivityKind.Internal, default(ActivityContext),
                [new("tiffin.commit.batch.size", links.Count)], links);
    }
}
