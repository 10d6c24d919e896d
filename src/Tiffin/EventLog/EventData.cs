using System.Text.Json;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>Reads data for subscribers whose other work does not hang on one event of many.</summary>
static class EventData
{
    /// <summary>
    /// What an event says. Null where it cannot be read: it is set aside, which the log tells, and the others go on.
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
            SubscriptionLog.SetAside(log, unreadable, subscriber, e.Position, $"{e.Type}");
            return null;
        }
    }
}
