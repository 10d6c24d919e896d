using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Queues messages in the transaction of the checkpoint: exactly one per order and status, even after a crash.
/// <see cref="NotificationDispatcher"/> sends them.
/// </summary>
sealed class NotificationSubscriber(IEnumerable<ISender> senders, ILogger<NotificationSubscriber> log) : ISubscriber
{
    readonly MessageChannel[] channels = [.. senders.Select(sender => sender.Channel).Distinct()];

    public string Name => "notifications";

    public TimeSpan Linger => TimeSpan.FromMilliseconds(250);

    public ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var changes = events.Where(e => NotificationTable.StatusOf(e.Type) is not null).ToList();
        var levels = events.Where(e => IsStockEvent(e.Type)).Select(Level).OfType<IngredientLevel>().ToList();
        return new(changes.Count > 0 || levels.Count > 0 ? new Batch(changes, levels, channels) : null);
    }

    IngredientLevel? Level(StoredEvent e) => EventData.Read(e, Name, log, data => new IngredientLevel(
        e.Position, e.KitchenId!, e.Type, data.GetProperty("sku").GetString()!, data.GetProperty("onHand").GetInt64()));

    static bool IsStockEvent(EventType type) =>
        type is EventType.InventoryLow or EventType.InventoryOut or EventType.InventoryRecovered;

    sealed class Batch(List<StoredEvent> changes, List<IngredientLevel> levels, MessageChannel[] channels)
        : ISubscriberBatch
    {
        public async Task Apply(NpgsqlConnection connection, CancellationToken cancel)
        {
            if (changes.Count > 0) await NotificationTable.Insert(connection, changes, channels, cancel);
            if (levels.Count > 0) await AlertTable.Record(connection, levels, cancel);
        }
    }
}
