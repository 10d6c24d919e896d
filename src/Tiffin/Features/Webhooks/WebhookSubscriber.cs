using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Queues deliveries in the transaction of the checkpoint, so each event is queued exactly once per endpoint. The
/// dispatcher sends them separately, so that a slow endpoint cannot delay the subscriber.
/// </summary>
sealed class WebhookSubscriber(WebhookDispatcher dispatcher, ILogger<WebhookSubscriber> log) : ISubscriber
{
    public const string SubscriberName = "webhooks";

    List<(Guid Webhook, StoredEvent Event)> matches = [];

    public string Name => SubscriberName;

    public async ValueTask<bool> Concerns(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        // Not cached: an endpoint gets every event from the moment its creation was answered.
        var filters = await WebhookTable.Filters(connection, withHeld: true, cancel);
        return events.Any(e => e.Type == EventType.WebhookDisabled || filters.Any(one => one.Filter.Matches(e)));
    }

    public async Task Apply(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        // Read again: which endpoints are held is certain only under the checkpoint's lock (see Backlog).
        var filters = await WebhookTable.Filters(connection, withHeld: false, cancel);
        matches = [.. filters.SelectMany(one => events.Where(one.Filter.Matches).Select(e => (one.Id, e)))];
        if (matches.Count > 0) await DeliveryTable.Insert(connection, matches, cancel);
        foreach (var e in events)
        {
            if (e.Type == EventType.WebhookDisabled) await Disable(connection, e, cancel);
        }
    }

    public void Applied()
    {
        if (matches.Count > 0) dispatcher.Wake();
    }

    async Task Disable(NpgsqlConnection connection, StoredEvent e, CancellationToken cancel)
    {
        var data = EventData.Read(e, Name, log, json =>
            (Webhook: json.GetProperty("webhookId").GetGuid(), Reason: json.GetProperty("reason").GetString()!));
        if (data is { } disabled) await WebhookTable.Disable(connection, disabled.Webhook, disabled.Reason, cancel);
    }
}
