using Npgsql;
using Tiffin.Features.Analytics;
using Tiffin.Tests.EventLog;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class FoldingTests
{
    static readonly DateTimeOffset now = new(2026, 11, 27, 4, 0, 0, TimeSpan.Zero);

    readonly ManualClock clock = new();
    readonly Folding folding;

    public FoldingTests()
    {
        folding = new Folding(clock);
        Apply(Counted(1));
    }

    [Fact]
    public void Each_slice_has_its_turn_once_in_half_a_minute()
    {
        var turns = new List<short>();
        for (var batch = 0; batch < 60; batch++)
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            turns.AddRange(Apply(Counted(1)));
        }

        turns.Count.ShouldBeInRange(14, 16);
        turns.ShouldBeUnique();
    }

    [Fact]
    public void No_more_stands_beside_the_sums_than_a_query_adds_up()
    {
        var standing = new Dictionary<short, int>();
        for (var batch = 0; batch < 40; batch++)
        {
            var facts = Counted(Folding.FiguresMax / 8);
            foreach (var (cell, sums) in facts.Cells)
                standing[Folding.SliceOf(cell)] = standing.GetValueOrDefault(Folding.SliceOf(cell)) + sums.Count;
            foreach (var slice in Apply(facts)) standing.Remove(slice);

            standing.Values.Sum().ShouldBeLessThanOrEqualTo(Folding.FiguresMax);
        }
        standing.Values.Sum().ShouldBeGreaterThan(Folding.FiguresMax / 2, "what shares a sum is added up at once");
    }

    [Fact]
    public void What_came_to_nothing_is_due_again()
    {
        clock.Advance(TimeSpan.FromSeconds(2));
        var planned = folding.Plan(Counted(1));

        planned.Length.ShouldBe(1);
        folding.Plan(Counted(1)).ShouldBe(planned);
    }

    [Fact]
    public async Task A_slice_is_added_to_the_sums_and_the_others_stay_beside_them()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await using var connection = await source.OpenConnectionAsync();
        var facts = Counted(50);
        var slice = Folding.SliceOf(facts.Cells.Keys.First());
        var folded = facts.Cells.Keys.Count(cell => Folding.SliceOf(cell) == slice);
        await AnalyticsTable.Append(connection, facts, CancellationToken.None);

        await AnalyticsTable.Fold(connection, [slice], CancellationToken.None);

        (await Ask("SELECT sum(value)::bigint FROM analytics")).ShouldBe(folded);
        (await Ask("SELECT count(*) FROM analytics_recent")).ShouldBe(50 - folded);

        async Task<long> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    short[] Apply(Facts facts)
    {
        var slices = folding.Plan(facts);
        folding.Done();
        return slices;
    }

    static Facts Counted(int figures)
    {
        var facts = new Facts();
        for (var i = 0; i < figures; i++)
            facts.Add(Measure.Placed, new Cell(now, $"k{i % 50}", "dosa", "app"), $"{i}", 1);
        return facts;
    }
}
