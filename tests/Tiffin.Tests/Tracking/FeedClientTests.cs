using Tiffin.Domain;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Tracking;

public sealed class FeedClientTests
{
    [Fact]
    public async Task A_slow_client_is_disconnected_after_its_queued_events_without_a_gap()
    {
        var client = new FeedClient(orderId: null, new EventFilter(), queueMax: 2);

        for (var position = 1; position <= 4; position++) client.Offer(At(position));

        var seen = new List<long>();
        await foreach (var frame in client.Frames.ReadAllAsync()) seen.Add(frame.Event.Position);
        seen.ShouldBe([1, 2]);
    }

    [Fact]
    public void Filtered_events_take_no_place_in_the_queue()
    {
        var wanted = new EventFilter(Kitchens: new HashSet<string> { "k2" });
        var client = new FeedClient(orderId: null, wanted, queueMax: 1);

        for (var position = 1; position <= 4; position++) client.Offer(At(position));

        client.Frames.Completion.IsCompleted.ShouldBeFalse();
        client.Frames.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_was_cut_off_reaches_no_position_beyond_what_it_lost()
    {
        var client = new FeedClient(orderId: null, new EventFilter(), queueMax: 1);
        client.Offer(At(1));
        client.AdvanceWatermark(1);

        client.Offer(At(2));
        client.AdvanceWatermark(2);

        client.Watermark.ShouldBe(1);
    }

    [Fact]
    public void A_client_that_knows_more_than_the_feed_stays_where_it_is()
    {
        var client = new FeedClient(orderId: null, new EventFilter(), queueMax: 1, after: 7);

        client.CompleteJoin(5);

        client.Watermark.ShouldBe(7);
    }

    /// <summary>During a rolling upgrade, it resumes on a node that can show the event.</summary>
    [Fact]
    public async Task A_client_is_cut_off_before_an_event_that_only_a_newer_node_knows()
    {
        var client = new FeedClient(orderId: null, new EventFilter(), queueMax: 9);

        client.Offer(At(1));
        client.Offer(At(2, (EventType)99));
        client.Offer(At(3));
        client.AdvanceWatermark(3);

        client.Frames.TryRead(out var frame).ShouldBeTrue();
        frame!.Event.Position.ShouldBe(1);
        (await client.Frames.WaitToReadAsync()).ShouldBeFalse();
        client.Watermark.ShouldBe(0);
    }

    static Frame At(long position, EventType type = EventType.InventoryLow) => new(new StoredEvent(
        position, Guid.NewGuid(), DateTimeOffset.UnixEpoch, null, null, type, "k1", null, null,
        "kitchens/k1/stock/rice", "{}"u8.ToArray()));
}
