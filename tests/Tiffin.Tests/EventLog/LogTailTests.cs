using Tiffin.EventLog;
using Tiffin.Storage;

namespace Tiffin.Tests.EventLog;

public sealed class LogTailTests
{
    readonly LogTail tail = new();

    [Theory]
    [InlineData(0, 10, "1 2 3 4 5 6")]
    [InlineData(2, 10, "3 4 5 6")]
    [InlineData(2, 2, "3 4")]
    [InlineData(6, 10, "not here")]
    [InlineData(9, 10, "not here")]
    public void A_reader_goes_on_from_its_position(long after, int max, string positions)
    {
        tail.Append(Events(1, 4));
        tail.Append(Events(5, 6));

        Read(after, max).ShouldBe(positions);
    }

    [Fact]
    public void What_another_node_committed_in_between_is_not_skipped()
    {
        tail.Append(Events(1, 4));
        tail.Append(Events(8, 9));

        Read(3, 10).ShouldBe("not here");
        Read(4, 10).ShouldBe("not here");
        Read(7, 10).ShouldBe("8 9");
    }

    [Fact]
    public void Positions_that_a_fail_over_took_back_are_forgotten()
    {
        tail.Append(Events(1, 9));
        tail.Append(Events(7, 8));

        Read(5, 10).ShouldBe("not here");
        Read(6, 10).ShouldBe("7 8");
        Read(8, 10).ShouldBe("not here");
    }

    [Fact]
    public void The_oldest_give_way_and_are_not_mistaken_for_the_newest()
    {
        tail.Append(Events(1, 5_000));
        tail.Append(Events(5_001, 20_000));

        Read(0, 1).ShouldBe("not here");
        Read(20_000 - 16_384 - 1, 1).ShouldBe("not here");
        Read(20_000 - 16_384, 2).ShouldBe("3617 3618");
        Read(19_999, 2).ShouldBe("20000");
    }

    [Fact]
    public void Whoever_read_what_a_fail_over_lost_is_told()
    {
        var lost = Events(1, 9);
        tail.Append(lost);
        tail.Append(Events(7, 12));

        Should.Throw<LogRewoundException>(() => tail.After(LogPlace.After(lost), 10));
        tail.After(new LogPlace(3, lost[2].Id), 10).ShouldBeNull("the database knows");
    }

    [Fact]
    public void One_event_is_found_by_position_and_id()
    {
        var events = Events(1, 9);
        tail.Append(events);

        tail.Find(4, events[3].Id).ShouldBeSameAs(events[3]);
        tail.Find(4, events[4].Id).ShouldBeNull();
        tail.Find(10, events[4].Id).ShouldBeNull();
        tail.Forget();
        tail.Find(4, events[3].Id).ShouldBeNull();
    }

    string Read(long after, int max) => tail.After(new LogPlace(after, null), max) is { } events
        ? string.Join(' ', events.Select(e => e.Position))
        : "not here";

    static List<StoredEvent> Events(int from, int to) =>
    [
        .. Enumerable.Range(from, to - from + 1).Select(position => new StoredEvent(
            position, Guid.NewGuid(), DateTimeOffset.UnixEpoch, null, null, EventType.InventoryLow, "k1", null, null,
            "kitchens/k1/stock/rice", [])),
    ];
}
