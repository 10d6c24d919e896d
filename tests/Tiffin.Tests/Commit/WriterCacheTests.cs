using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Tests.Commit;

public sealed class WriterCacheTests
{
    static readonly DateTimeOffset now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    static readonly StockKey rice = new(1, 7);
    static readonly KitchenDay tomorrow = new(1, new DateOnly(2026, 11, 23));

    readonly WriterCache cache = new();
    readonly Guid last = Guid.NewGuid();

    public WriterCacheTests()
    {
        var workset = Empty();
        workset.Stocks[rice] = Stock.None(rice, now) with { OnHand = 5 };
        workset.Numbers[tomorrow] = 42;
        cache.Learn(workset, [1], last);
    }

    [Fact]
    public void What_a_batch_left_is_there_for_the_next_once_the_log_was_seen_to_end_there()
    {
        cache.Fill(Empty(), Rows()).ShouldBeFalse("nothing is trusted before the first look at the log");
        cache.IsCurrent(last).ShouldBeTrue();

        var (workset, rows) = (Empty(), Rows());
        cache.Fill(workset, rows).ShouldBeTrue();

        workset.Stocks[rice].OnHand.ShouldBe(5);
        workset.Numbers[tomorrow].ShouldBe(42);
        rows.Stocks.ShouldBeEmpty();
        rows.Numbers.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_known_is_left_to_be_loaded()
    {
        cache.IsCurrent(last);
        var (workset, rows) = (Empty(), Rows());
        rows.Stocks.Add(new StockKey(1, 8));
        rows.Numbers.Add(2);

        cache.Fill(workset, rows);

        rows.Stocks.ShouldBe([new StockKey(1, 8)]);
        rows.Numbers.ShouldBe([2]);
    }

    [Fact]
    public void Another_nodes_event_ends_it_until_a_batch_was_the_last_again()
    {
        cache.IsCurrent(last);
        cache.IsCurrent(Guid.NewGuid()).ShouldBeFalse();
        cache.Fill(Empty(), Rows()).ShouldBeFalse();

        var (workset, after) = (Empty(), Guid.NewGuid());
        workset.Stocks[rice] = Stock.None(rice, now) with { OnHand = 3 };
        cache.Learn(workset, [], after);
        cache.Fill(Empty(), Rows()).ShouldBeFalse();
        cache.IsCurrent(after).ShouldBeTrue();

        var found = Empty();
        cache.Fill(found, Rows()).ShouldBeTrue();
        found.Stocks[rice].OnHand.ShouldBe(3);
        found.Numbers.ShouldBeEmpty("the other node may have given numbers out");
    }

    static Workset Empty() => new(now, CatalogueSnapshot.Empty);

    static Footprint Rows()
    {
        var rows = new Footprint();
        rows.Stocks.Add(rice);
        rows.Numbers.Add(1);
        return rows;
    }
}
