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

    public string Name => SubscriberName;

    public async ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        // Not cached: an endpoint gets every event after the response to its creation.
        var filters = await WebhookTable.Filters(connection, withHeld: true, cancel);
        return events.Any(e => e.Type == EventType.WebhookDisabled || filters.Any(one => one.Matches(e)))
            ? new Batch(events, dispatcher, log)
            : null;
    }

    sealed class Batch(IReadOnlyList<StoredEvent> events, WebhookDispatcher dispatcher, ILogger log)
        : ISubscriberBatch
    {
        List<(Guid Webhook, StoredEvent Event)> queued = [];

        public async Task Apply(NpgsqlConnection connection, CancellationToken cancel)
        {
            // Read again: which endpoints are held is certain only under the checkpoint's lock (see Backlog).
            var filters = await WebhookTable.Filters(connection, withHeld: false, cancel);
            queued = [.. filters.SelectMany(one => events.Where(one.Matches).Select(e => (one.WebhookId, e)))];
            if (queued.Count > 0) await DeliveryTable.Insert(connection, queued, cancel);
            foreach (var e in events)
            {
                if (e.Type == EventType.WebhookDisabled) await Disable(connection, e, cancel);
            }
        }

        public void Applied()
        {
            if (queued.Count > 0) dispatcher.Wake();
        }

        async Task Disable(NpgsqlConnection connection, StoredEvent e, CancellationToken cancel)
        {
            var data = EventData.Read(e, SubscriberName, log, json => (
                Webhook: json.GetProperty("webhookId").GetGuid(), Reason: json.GetProperty("reason").GetString()!));
            if (data is { } disabled)
                await WebhookTable.Disable(connection, disabled.Webhook, disabled.Reason, cancel);
        }
    }
}
