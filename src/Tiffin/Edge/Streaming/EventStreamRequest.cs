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
    public static string? LastEventId(this HttpContext context) => Received(context).Id;

    /// <summary>Where the last event id was given, for <c>errors</c>; null if it was not.</summary>
    public static string? LastEventIdPointer(this HttpContext context) => Received(context).Place;

    static (string? Id, string? Place) Received(HttpContext context)
    {
        if (context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header)
            return (header, "/header/Last-Event-ID");
        return context.Request.Query["lastEventId"].ToString() is { Length: > 0 } parameter
            ? (parameter, Query.Pointer("lastEventId"))
            : (null, null);
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
