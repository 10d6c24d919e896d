using Npgsql;
using Tiffin.Features.Analytics;
using Tiffin.Tests.EventLog;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class CompactionPolicyTests
{
    static readonly DateTimeOffset now = new(2026, 11, 27, 4, 0, 0, TimeSpan.Zero);

    readonly ManualClock clock = new();
    readonly CompactionPolicy compaction;

    public CompactionPolicyTests()
    {
        compaction = new CompactionPolicy(clock);
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
        var pending = new Dictionary<short, int>();
        for (var batch = 0; batch < 40; batch++)
        {
            var increments = Counted(CompactionPolicy.PendingMax / 8);
            foreach (var (cell, sums) in increments.Cells)
            {
                var slice = CompactionPolicy.SliceOf(cell);
                pending[slice] = pending.GetValueOrDefault(slice) + sums.Count;
            }
            foreach (var slice in Apply(increments)) pending.Remove(slice);

            pending.Values.Sum().ShouldBeLessThanOrEqualTo(CompactionPolicy.PendingMax);
        }
        pending.Values.Sum().ShouldBeGreaterThan(
            CompactionPolicy.PendingMax / 2, "increments of one sum are merged at once");
    }

    [Fact]
    public void What_came_to_nothing_is_due_again()
    {
        clock.Advance(TimeSpan.FromSeconds(2));
        var planned = compaction.Plan(Counted(1));

        planned.Length.ShouldBe(1);
        compaction.Plan(Counted(1)).ShouldBe(planned);
    }

    [Fact]
    public async Task A_slice_is_added_to_the_sums_and_the_others_stay_beside_them()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await using var connection = await source.OpenConnectionAsync();
        var increments = Counted(50);
        var slice = CompactionPolicy.SliceOf(increments.Cells.Keys.First());
        var merged = increments.Cells.Keys.Count(cell => CompactionPolicy.SliceOf(cell) == slice);
        await AnalyticsTable.Append(connection, increments, CancellationToken.None);

        await AnalyticsTable.Compact(connection, [slice], CancellationToken.None);

        (await Ask("SELECT sum(value)::bigint FROM analytics")).ShouldBe(merged);
        (await Ask("SELECT count(*) FROM analytics_recent")).ShouldBe(50 - merged);

        async Task<long> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    short[] Apply(Increments increments)
    {
        var slices = compaction.Plan(increments);
        compaction.Committed();
        return slices;
    }

    static Increments Counted(int figures)
    {
        var increments = new Increments();
        for (var i = 0; i < figures; i++)
            increments.Add(Measure.Placed, new Cell(now, $"k{i % 50}", "dosa", "app"), $"{i}", 1);
        return increments;
    }
}
