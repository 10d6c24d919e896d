using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Commit;

public sealed class WriterCacheTests
{
    static readonly DateTimeOffset now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    static readonly StockKey rice = new(1, 7);
    static readonly StockKey salt = new(1, 31);
    static readonly StockRowKey row = new(1, 0);
    static readonly StockRowKey other = new(1, 1);
    static readonly KitchenDay today = new(1, new DateOnly(2026, 11, 22));
    static readonly KitchenDay tomorrow = new(1, new DateOnly(2026, 11, 23));
    static readonly KitchenDay dayAfter = new(1, new DateOnly(2026, 11, 24));

    readonly WriterCache cache = new();
    readonly Guid last = Guid.NewGuid();

    public WriterCacheTests()
    {
        var workset = Empty();
        workset.Stocks[rice] = Stock.None(rice, now) with { OnHand = 5 };
        workset.Stocks[salt] = Stock.None(salt, now) with { OnHand = 9 };
        workset.Numbers[tomorrow] = 42;
        workset.Queues[1] = 30;
        cache.Store(workset, [row], [today, tomorrow], last, 1);
    }

    [Fact]
    public void Rows_of_a_batch_are_cached_for_the_next_once_its_event_is_seen_as_the_last()
    {
        Fill(Empty()).ShouldBeFalse("the cache is not used before the first check of the log");
        cache.Validate(last).ShouldBeTrue();

        var (workset, numbered, wanted, found) = (Empty(), Set(today, tomorrow), Set(row), Set<StockRowKey>());
        cache.Fill(workset, numbered, wanted, found).ShouldBeTrue();

        workset.Stocks[rice].OnHand.ShouldBe(5);
        workset.Stocks[salt].OnHand.ShouldBe(9);
        workset.Numbers[tomorrow].ShouldBe(42);
        workset.Numbers[today].ShouldBe(0);
        workset.Queues[1].ShouldBe(30);
        wanted.ShouldBeEmpty();
        found.ShouldBe([row]);
        numbered.ShouldBeEmpty();
    }

    [Fact]
    public void Rows_that_are_not_cached_are_left_to_be_loaded()
    {
        cache.Validate(last);
        var (numbered, wanted, found) = (Set(tomorrow, dayAfter), Set(row, other), Set<StockRowKey>());

        cache.Fill(Empty(), numbered, wanted, found);

        wanted.ShouldBe([other]);
        found.ShouldBe([row]);
        numbered.ShouldBe([dayAfter], "the number may be another node's, although the kitchen is cached");
    }

    [Fact]
    public void Another_nodes_event_invalidates_the_cache_until_a_batch_is_the_last_again()
    {
        cache.Validate(last);
        cache.Validate(Guid.NewGuid()).ShouldBeFalse();
        Fill(Empty()).ShouldBeFalse();

        var (workset, after) = (Empty(), Guid.NewGuid());
        workset.Stocks[rice] = Stock.None(rice, now) with { OnHand = 3 };
        cache.Store(workset, [row], [], after, 2);
        Fill(Empty()).ShouldBeFalse();
        cache.Validate(after).ShouldBeTrue();

        var filled = Empty();
        Fill(filled).ShouldBeTrue();
        filled.Stocks[rice].OnHand.ShouldBe(3);
        filled.Numbers.ShouldBeEmpty("the other node may have assigned numbers");
        filled.Queues.ShouldBeEmpty("the other node may have placed and started orders");
    }

    [Fact]
    public void Queues_are_read_again_after_a_minute_because_orders_leave_them_by_age()
    {
        cache.Validate(last);
        var batches = 0;
        foreach (var seconds in (int[])[30, 59, 60])
        {
            var workset = new Workset(now.AddSeconds(seconds), CatalogueSnapshot.Empty);
            cache.Fill(workset, [], [], []).ShouldBe(seconds < 60);
            workset.Queues.ContainsKey(1).ShouldBe(seconds < 60);
            cache.Store(workset, [], [], last, ++batches);
        }
    }

    [Fact]
    public void A_queue_that_a_batch_did_not_load_is_read_again()
    {
        // The batch saw a new catalogue, so it loaded only what its commands declared.
        cache.Store(Empty(), [], [], last, 2);
        cache.Validate(last);

        var workset = Empty();
        Fill(workset);
        workset.Queues.ShouldBeEmpty();
    }

    bool Fill(Workset workset) => cache.Fill(workset, Set(tomorrow), Set(row), Set<StockRowKey>());

    static HashSet<T> Set<T>(params T[] of) => [.. of];

    static Workset Empty() => new(now, CatalogueSnapshot.Empty);
}
