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
    public void Increments_are_merged_twice_a_minute()
    {
        var merges = 0;
        for (var batch = 0; batch < 240; batch++)
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            if (Apply(Counted(1))) merges++;
        }

        merges.ShouldBeInRange(3, 4);
    }

    [Fact]
    public void Pending_increments_stay_within_the_limit_of_a_query()
    {
        var (pending, most) = (0, 0);
        for (var batch = 0; batch < 40; batch++)
        {
            var increments = Counted(CompactionPolicy.PendingMax / 8);
            pending = Apply(increments) ? 0 : pending + increments.Count;
            most = Math.Max(most, pending);
        }

        most.ShouldBeInRange(CompactionPolicy.PendingMax / 2, CompactionPolicy.PendingMax);
    }

    [Fact]
    public void An_uncommitted_compaction_is_due_again()
    {
        clock.Advance(TimeSpan.FromSeconds(31));

        compaction.Plan(Counted(1)).IsDue.ShouldBeTrue();
        compaction.Plan(Counted(1)).IsDue.ShouldBeTrue();
    }

    [Fact]
    public async Task Merged_increments_are_in_the_sums_and_no_longer_pending()
    {
        await using var source = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabase());
        await using var connection = await source.OpenConnectionAsync();
        await AnalyticsTable.Append(connection, Counted(50), CancellationToken.None);

        await AnalyticsTable.Compact(connection, CancellationToken.None);

        (await Ask("SELECT sum(value)::bigint FROM analytics")).ShouldBe(50);
        (await Ask("SELECT count(*) FROM analytics_recent")).ShouldBe(0);

        async Task<long> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }

    bool Apply(Increments increments)
    {
        var plan = compaction.Plan(increments);
        compaction.OnCommitted(plan);
        return plan.IsDue;
    }

    static Increments Counted(int figures)
    {
        var increments = new Increments();
        for (var i = 0; i < figures; i++)
            increments.Add(Measure.Placed, new Cell(now, $"k{i % 50}", "dosa", "app"), $"{i}", 1);
        return increments;
    }
}
