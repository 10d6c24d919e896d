using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Tests.Checks;

public sealed class LinearizabilityTests
{
    static LevelOperation Change(long by, long asked, long answered) => new(LevelAction.Change, by, asked, answered);

    static LevelOperation Read(long seen, long asked, long answered) => new(LevelAction.Read, seen, asked, answered);

    static LevelOperation Refusal(long need, long asked, long answered) =>
        new(LevelAction.Refusal, need, asked, answered);

    static Verdict VerdictOn(long initial, params LevelOperation[] history) =>
        Linearizability.Check(initial, history).Verdict;

    [Fact]
    public void An_empty_history_is_linearizable() => VerdictOn(5).ShouldBe(Verdict.Linearizable);

    [Fact]
    public void A_sequential_history_is_linearizable() =>
        VerdictOn(5, Change(-2, 1, 2), Read(3, 3, 4), Change(4, 5, 6), Read(7, 7, 8))
            .ShouldBe(Verdict.Linearizable);

    [Fact]
    public void A_read_that_misses_an_acknowledged_sale_is_found() =>
        VerdictOn(5, Change(-2, 1, 2), Read(5, 3, 4)).ShouldBe(Verdict.NotLinearizable);

    [Fact]
    public void A_read_concurrent_with_a_sale_may_see_either_level()
    {
        VerdictOn(5, Change(-2, 1, 10), Read(5, 2, 3)).ShouldBe(Verdict.Linearizable);
        VerdictOn(5, Change(-2, 1, 10), Read(3, 2, 3)).ShouldBe(Verdict.Linearizable);
        VerdictOn(5, Change(-2, 1, 10), Read(4, 2, 3)).ShouldBe(Verdict.NotLinearizable);
    }

    [Fact]
    public void Two_reads_that_go_back_in_time_are_found() =>
        VerdictOn(5, Change(-2, 1, 10), Read(3, 2, 3), Read(5, 4, 5)).ShouldBe(Verdict.NotLinearizable);

    [Fact]
    public void Two_reads_that_see_two_sales_in_opposite_orders_are_found() =>
        VerdictOn(5, Change(-1, 1, 20), Change(-2, 1, 20), Read(4, 2, 3), Read(3, 4, 5))
            .ShouldBe(Verdict.NotLinearizable);

    [Fact]
    public void Overselling_is_found() =>
        VerdictOn(5, Change(-3, 1, 4), Change(-3, 2, 5)).ShouldBe(Verdict.NotLinearizable);

    [Fact]
    public void Selling_stock_before_it_is_received_is_found() =>
        VerdictOn(0, Change(-3, 1, 2), Change(3, 3, 4)).ShouldBe(Verdict.NotLinearizable);

    [Fact]
    public void Selling_stock_that_is_received_concurrently_is_linearizable() =>
        VerdictOn(0, Change(-3, 1, 4), Change(3, 2, 3)).ShouldBe(Verdict.Linearizable);

    [Fact]
    public void A_refusal_requires_a_moment_of_insufficient_stock()
    {
        VerdictOn(5, Refusal(3, 1, 2)).ShouldBe(Verdict.NotLinearizable);
        VerdictOn(5, Change(-3, 1, 4), Refusal(3, 2, 3)).ShouldBe(Verdict.Linearizable);
        VerdictOn(5, Change(-3, 3, 4), Refusal(3, 1, 2)).ShouldBe(Verdict.NotLinearizable);
    }

    [Fact]
    public void An_unanswered_operation_may_take_effect_late_or_never()
    {
        VerdictOn(5, Change(-3, 1, long.MaxValue), Read(5, 2, 3), Read(2, 4, 5)).ShouldBe(Verdict.Linearizable);
        VerdictOn(5, Change(-3, 1, long.MaxValue), Read(5, 2, 3), Read(5, 4, 5)).ShouldBe(Verdict.Linearizable);
        VerdictOn(5, Change(-3, 1, long.MaxValue), Read(2, 2, 3), Read(5, 4, 5)).ShouldBe(Verdict.NotLinearizable);
    }

    [Fact]
    public void The_operation_that_cannot_be_ordered_is_named()
    {
        var wrong = Read(9, 5, 6);

        Linearizability.Check(5, [Change(-2, 1, 2), wrong, Read(3, 7, 8)]).Culprit.ShouldBeSameAs(wrong);
    }

    [Fact]
    public void A_long_history_of_many_clients_is_decided_and_one_false_read_in_it_is_found()
    {
        var (history, seen) = Simulated(clients: 8, operations: 5_000);

        VerdictOn(20, history).ShouldBe(Verdict.Linearizable);
        history[seen] = history[seen] with { Amount = history[seen].Amount + 1_000 };
        VerdictOn(20, history).ShouldBe(Verdict.NotLinearizable);
    }

    [Fact]
    public void Too_many_concurrent_operations_are_undecided() =>
        VerdictOn(1_000, [.. Enumerable.Range(1, 65).Select(i => Change(-i, i, 1_000 + i))])
            .ShouldBe(Verdict.Undecided);

    /// <summary>A history in which each operation takes effect between its request and its response.</summary>
    static (LevelOperation[] History, int Read) Simulated(int clients, int operations)
    {
        var random = new Random(7);
        var free = new long[clients];
        var planned = Enumerable.Range(0, operations).Select(_ =>
        {
            var client = random.Next(clients);
            var asked = free[client] + random.Next(1, 20);
            var at = asked + random.Next(1, 20);
            free[client] = at + random.Next(1, 20);
            return (Asked: asked, At: at, Answered: free[client], Kind: random.Next(3), Amount: random.Next(1, 6));
        }).OrderBy(operation => operation.At).ToList();
        var level = 20L;
        var history = planned.Select(one => one.Kind switch
        {
            0 => Read(level, one.Asked, one.Answered),
            1 => Change(one.Amount, one.Asked, one.Answered) is var received && (level += one.Amount) > 0
                ? received : received,
            _ when level < one.Amount => Refusal(one.Amount, one.Asked, one.Answered),
            _ => Change(-one.Amount, one.Asked, one.Answered) is var sold && (level -= one.Amount) >= 0 ? sold : sold,
        }).ToArray();
        return (history, Array.FindIndex(history, one => one.Action == LevelAction.Read));
    }
}
