using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.EventLog;

public sealed class LogTailTests
{
    readonly LogTail tail = new();
    readonly Dictionary<long, Guid> ids = [];
    Guid last;

    [Theory]
    [InlineData(1, 10, "2 3 4 5 6")]
    [InlineData(2, 10, "3 4 5 6")]
    [InlineData(2, 2, "3 4")]
    [InlineData(6, 10, "not here")]
    [InlineData(9, 10, "not here")]
    public void A_reader_goes_on_from_its_position(long after, int max, string positions)
    {
        Append(1, 4);
        Append(5, 6);

        Read(after, max).ShouldBe(positions);
    }

    [Fact]
    public void Events_that_another_node_committed_in_between_are_not_skipped()
    {
        Append(1, 4);
        Append(8, 9);

        Read(3, 10).ShouldBe("not here");
        Read(4, 10).ShouldBe("not here");
        Read(7, 10).ShouldBe("not here");
        Read(8, 10).ShouldBe("9");
    }

    [Fact]
    public void Positions_that_a_failover_lost_are_discarded()
    {
        Append(1, 9);
        Append(7, 8);

        Read(5, 10).ShouldBe("not here");
        Read(6, 10).ShouldBe("not here");
        Read(7, 10).ShouldBe("8");
        Read(8, 10).ShouldBe("not here");
    }

    [Fact]
    public void Events_that_a_failover_lost_are_not_followed_by_unrelated_later_events()
    {
        var lost = Append(1, 10);
        var predecessor = Guid.NewGuid();
        var others = Events(11, 12);
        tail.Append(predecessor, others);

        tail.ReadFromMemory(new LogPosition(5, lost[4].Id), 10).ShouldBeNull();
        tail.ReadFromMemory(new LogPosition(10, predecessor), 10).ShouldBeNull();
        tail.Find(7, lost[6].Id).ShouldBeNull();
        tail.ReadFromMemory(new LogPosition(11, others[0].Id), 10).ShouldBe([others[1]]);
    }

    [Fact]
    public void A_reader_without_the_id_of_its_last_event_reads_from_the_database()
    {
        Append(1, 6);

        tail.ReadFromMemory(new LogPosition(2, null), 10).ShouldBeNull();
    }

    [Fact]
    public void The_oldest_events_are_evicted_and_not_confused_with_the_newest()
    {
        Append(1, 5_000);
        Append(5_001, 20_000);

        Read(0, 1).ShouldBe("not here");
        Read(20_000 - 16_384, 1).ShouldBe("not here");
        Read(20_000 - 16_384 + 1, 2).ShouldBe("3618 3619");
        Read(19_999, 2).ShouldBe("20000");
    }

    [Fact]
    public void A_reader_of_events_that_a_failover_lost_gets_an_error()
    {
        var lost = Append(1, 9);
        Append(7, 12);

        Should.Throw<LogRewoundException>(() => tail.ReadFromMemory(LogPosition.After(lost), 10));
        tail.ReadFromMemory(new LogPosition(3, lost[2].Id), 10).ShouldBeNull("only the database can tell");
    }

    [Fact]
    public void One_event_is_found_by_position_and_id()
    {
        var events = Append(1, 9);

        tail.Find(4, events[3].Id).ShouldBeSameAs(events[3]);
        tail.Find(4, events[4].Id).ShouldBeNull();
        tail.Find(10, events[4].Id).ShouldBeNull();
        tail.Clear();
        tail.Find(4, events[3].Id).ShouldBeNull();
    }

    /// <summary>Appends events that follow the last appended one.</summary>
    List<StoredEvent> Append(int from, int to)
    {
        var events = Events(from, to);
        tail.Append(last, events);
        foreach (var e in events) ids[e.Position] = e.Id;
        last = events[^1].Id;
        return events;
    }

    string Read(long after, int max) =>
        tail.ReadFromMemory(new LogPosition(after, ids.GetValueOrDefault(after)), max) is { } events
        ? string.Join(' ', events.Select(e => e.Position))
        : "not here";

    static List<StoredEvent> Events(int from, int to) =>
    [
        .. Enumerable.Range(from, to - from + 1).Select(position => new StoredEvent(
            position, Guid.NewGuid(), DateTimeOffset.UnixEpoch, null, null, EventType.InventoryLow, "k1", null, null,
            "kitchens/k1/stock/rice", [])),
    ];
}
