using Tiffin.Domain;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class EventFilterTests
{
    [Theory]
    [InlineData("*", EventType.OrderPlaced, true)]
    [InlineData("*", EventType.WebhookDisabled, true)]
    [InlineData("order.*", EventType.OrderCancelled, true)]
    [InlineData("order.*", EventType.InventoryLow, false)]
    [InlineData("order.placed", EventType.OrderPlaced, true)]
    [InlineData("order.placed", EventType.OrderAccepted, false)]
    [InlineData("inventory.*", EventType.InventoryRecovered, true)]
    public void A_pattern_names_a_type_a_family_or_everything(string pattern, EventType type, bool matches) =>
        new EventFilter(EventPatterns.Subscribed([pattern])).Matches(Event(type, "k1")).ShouldBe(matches);

    [Theory]
    [InlineData("k1", true)]
    [InlineData("k2", false)]
    [InlineData(null, false)]
    public void A_filter_for_kitchens_passes_only_events_of_those_kitchens(string? kitchen, bool matches) =>
        new EventFilter(EventPatterns.Subscribed(["*"]), new HashSet<string> { "k1", "k3" })
            .Matches(Event(EventType.OrderPlaced, kitchen)).ShouldBe(matches);

    [Theory]
    [InlineData("order.eaten")]
    [InlineData("order")]
    [InlineData("order.")]
    [InlineData("orders.*")]
    [InlineData("*.placed")]
    [InlineData("webhook.test")]
    [InlineData("Order.placed")]
    [InlineData("")]
    public void An_unmatched_pattern_is_unknown(string pattern) => EventPatterns.IsKnown(pattern).ShouldBeFalse();

    static StoredEvent Event(EventType type, string? kitchen) =>
        new(1, Guid.NewGuid(), DateTimeOffset.UnixEpoch, null, null, type, kitchen, null, null, null, []);
}
