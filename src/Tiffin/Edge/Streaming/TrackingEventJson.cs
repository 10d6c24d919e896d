using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// Events as shown to customers: without staff names, internal reasons and ids.
/// </summary>
static class TrackingEventJson
{
    /// <summary>
    /// An event of a tracked order: <c>{"status":"ready","at":"…"}</c>, or <c>{"at":"…"}</c> if the status is the same.
    /// </summary>
    public static byte[] Step(StoredEvent e) => JsonBuffer.Object(json =>
    {
        if (EventTypes.Row(e.Type).Status is { } status) json.WriteString("status"u8, Names.Of(status));
        json.WriteString("at"u8, JsonTime.Text(e.At));
    });
}
