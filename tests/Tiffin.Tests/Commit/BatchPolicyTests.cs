using Tiffin.Engine.Commit;

namespace Tiffin.Tests.Commit;

public sealed class BatchPolicyTests
{
    [Theory]
    // A statement is bad: unique, foreign key, check; text that is none, numbers and texts that do not fit.
    [InlineData("23505", Remedy.Split)]
    [InlineData("23503", Remedy.Split)]
    [InlineData("23514", Remedy.Split)]
    [InlineData("22021", Remedy.Split)]
    [InlineData("22P02", Remedy.Split)]
    [InlineData("22P05", Remedy.Split)]
    [InlineData("22001", Remedy.Split)]
    [InlineData("22003", Remedy.Split)]
    [InlineData("P0001", Remedy.Split)]
    // A corrupt page fails those alone who touch it.
    [InlineData("XX001", Remedy.Split)]
    [InlineData("XX002", Remedy.Split)]
    // Contention, or cancelled.
    [InlineData("40001", Remedy.Retry)]
    [InlineData("40P01", Remedy.Retry)]
    [InlineData("55P03", Remedy.Retry)]
    [InlineData("57014", Remedy.Retry)]
    // The session is over, or its server is no primary any more.
    [InlineData("57P01", Remedy.Reconnect)]
    [InlineData("57P02", Remedy.Reconnect)]
    [InlineData("57P03", Remedy.Reconnect)]
    [InlineData("25P03", Remedy.Reconnect)]
    [InlineData("25006", Remedy.Reconnect)]
    [InlineData("08000", Remedy.Reconnect)]
    [InlineData("08006", Remedy.Reconnect)]
    [InlineData("08P01", Remedy.Reconnect)]
    // Disk, memory, connections, a configured limit: one large row may be what does not fit.
    [InlineData("53100", Remedy.Split)]
    [InlineData("53200", Remedy.Split)]
    [InlineData("53300", Remedy.Split)]
    [InlineData("53400", Remedy.Split)]
    // An I/O error, a damaged configuration file.
    [InlineData("58030", Remedy.Split)]
    [InlineData("F0000", Remedy.Split)]
    // No privilege, no table, no column, no function: every command meets it.
    [InlineData("42501", Remedy.GiveUp)]
    [InlineData("42P01", Remedy.GiveUp)]
    [InlineData("42703", Remedy.GiveUp)]
    [InlineData("42883", Remedy.GiveUp)]
    public void Every_sqlstate_has_its_remedy(string sqlState, object remedy) =>
        BatchPolicy.For(sqlState, retries: 0, constraint: "a_constraint").ShouldBe(remedy);

    [Fact]
    public void A_check_violation_without_a_constraint_is_a_partition_that_is_missing_for_all() =>
        BatchPolicy.For("23514", retries: 0, constraint: null).ShouldBe(Remedy.GiveUp);

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("55P03")]
    [InlineData("57014")]
    public void What_may_pass_is_tried_twice_again_and_then_given_up(string sqlState)
    {
        BatchPolicy.For(sqlState, retries: 1, constraint: null).ShouldBe(Remedy.Retry);
        BatchPolicy.For(sqlState, retries: 2, constraint: null).ShouldBe(Remedy.GiveUp);
    }

    [Fact]
    public void Delays_grow_with_every_failure_are_spread_by_jitter_and_never_exceed_a_second()
    {
        BatchPolicy.RetryDelay(2, jitter: 0).ShouldBe(TimeSpan.FromMilliseconds(30));
        BatchPolicy.RetryDelay(2, jitter: 1).ShouldBe(TimeSpan.FromMilliseconds(50));
        BatchPolicy.ReconnectDelay(1, jitter: 1).ShouldBe(TimeSpan.FromMilliseconds(25));
        BatchPolicy.ReconnectDelay(4, jitter: 0).ShouldBe(TimeSpan.FromMilliseconds(120));
        BatchPolicy.ReconnectDelay(int.MaxValue, jitter: 1).ShouldBe(TimeSpan.FromSeconds(1));
    }
}
