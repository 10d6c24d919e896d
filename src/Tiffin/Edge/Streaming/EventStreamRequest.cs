using System.Globalization;

namespace Tiffin.Edge.Streaming;

/// <summary>What a request says about streaming.</summary>
static class EventStreamRequest
{
    public static bool WantsEventStream(this HttpContext context) =>
        !context.IsHead() && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(
            "text/event-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The id that the client saw last: the header, or the query parameter for those that cannot set it.
    /// </summary>
    public static string? LastEventId(this HttpContext context)
    {
        var id = context.Request.Headers["Last-Event-ID"].ToString();
        if (id.Length == 0) id = context.Request.Query["lastEventId"].ToString();
        return id.Length == 0 ? null : id;
    }

    /// <summary>
    /// The version that the client of an order's stream saw last; 0 for none, null for what is no version.
    /// </summary>
    public static int? LastVersion(this HttpContext context)
    {
        if (context.LastEventId() is not { } id) return 0;
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }
}
