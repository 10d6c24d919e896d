using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Writes down what is to be delivered to whom, in the transaction of the checkpoint: no event is left out, none stands
/// there twice. Sending is the dispatcher's, at its own pace: no endpoint holds the log's reader up.
/// </summary>
sealed class WebhookSubscriber(WebhookDispatcher dispatcher, ILogger<WebhookSubscriber> log) : ISubscriber
{
    public const string SubscriberName = "webhooks";

    List<(Guid Webhook, StoredEvent Event)> wanted = [];

    public string Name => SubscriberName;

    public async ValueTask<bool> Concerns(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        // Read anew each time: whoever was told that his endpoint exists gets every event from then on.
        var filters = await WebhookTable.Filters(connection, withHeld: true, cancel);
        return events.Any(e => e.Type == EventType.WebhookDisabled || filters.Any(one => one.Filter.Matches(e)));
    }

    public async Task Apply(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        // And again: whose events wait in the log is known under the checkpoint's lock alone.
        var filters = await WebhookTable.Filters(connection, withHeld: false, cancel);
        wanted = [.. filters.SelectMany(one => events.Where(one.Filter.Matches).Select(e => (one.Id, e)))];
        if (wanted.Count > 0) await DeliveryTable.Insert(connection, wanted, cancel);
        foreach (var e in events)
        {
            if (e.Type == EventType.WebhookDisabled) await Disable(connection, e, cancel);
        }
    }

    public void Applied()
    {
        if (wanted.Count > 0) dispatcher.Look();
    }

    async Task Disable(NpgsqlConnection connection, StoredEvent e, CancellationToken cancel)
    {
        var told = EventData.Read(e, Name, log, data =>
            (Webhook: data.GetProperty("webhookId").GetGuid(), Reason: data.GetProperty("reason").GetString()!));
        if (told is { } disabled) await WebhookTable.Disable(connection, disabled.Webhook, disabled.Reason, cancel);
    }
}
