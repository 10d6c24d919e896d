using System.Text.Json;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>Parses event data for subscribers that can skip a single unreadable event.</summary>
static class EventData
{
    /// <summary>
    /// The event's data, or null when it cannot be parsed: the event is then logged and skipped.
    /// </summary>
    public static T? Read<T>(StoredEvent e, string subscriber, ILogger log, Func<JsonElement, T> read) where T : struct
    {
        try
        {
            using var data = JsonDocument.Parse(e.Data);
            return read(data.RootElement);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException
            or FormatException or KeyNotFoundException)
        {
            SubscriptionMessages.Skipped(log, unreadable, subscriber, e.Position, $"{e.Type}");
            return null;
        }
    }
}
