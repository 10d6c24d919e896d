using System.Globalization;

namespace Tiffin.Edge.Streaming;

/// <summary>Request headers and parameters of event streams.</summary>
static class EventStreamRequest
{
    public static bool WantsEventStream(this HttpContext context) =>
        !context.IsHead() && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(
            "text/event-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The last event id that the client received: the header, or the query parameter for clients that cannot set it.
    /// </summary>
    public static string? LastEventId(this HttpContext context)
    {
        var id = context.Request.Headers["Last-Event-ID"].ToString();
        if (id.Length == 0) id = context.Request.Query["lastEventId"].ToString();
        return id.Length == 0 ? null : id;
    }

    /// <summary>
    /// The last version that the client of an order's stream received; 0 if none, null if the id is not a version.
    /// </summary>
    public static int? LastVersion(this HttpContext context)
    {
        if (context.LastEventId() is not { } id) return 0;
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }
}
