using Tiffin.Engine.Commit;

namespace Tiffin.Tests.Commit;

public sealed class BatchPolicyTests
{
    [Theory]
    // A faulty statement: unique, foreign key, check; invalid text, numbers and texts that do not fit.
    [InlineData("23505", Remedy.Bisect)]
    [InlineData("23503", Remedy.Bisect)]
    [InlineData("23514", Remedy.Bisect)]
    [InlineData("22021", Remedy.Bisect)]
    [InlineData("22P02", Remedy.Bisect)]
    [InlineData("22P05", Remedy.Bisect)]
    [InlineData("22001", Remedy.Bisect)]
    [InlineData("22003", Remedy.Bisect)]
    [InlineData("P0001", Remedy.Bisect)]
    // A corrupt page fails only the commands that read it.
    [InlineData("XX001", Remedy.Bisect)]
    [InlineData("XX002", Remedy.Bisect)]
    // Contention or cancellation.
    [InlineData("40001", Remedy.Retry)]
    [InlineData("40P01", Remedy.Retry)]
    [InlineData("55P03", Remedy.Retry)]
    [InlineData("57014", Remedy.Retry)]
    // The session has ended, or its server is no longer the primary.
    [InlineData("57P01", Remedy.Reconnect)]
    [InlineData("57P02", Remedy.Reconnect)]
    [InlineData("57P03", Remedy.Reconnect)]
    [InlineData("25P03", Remedy.Reconnect)]
    [InlineData("25006", Remedy.Reconnect)]
    [InlineData("08000", Remedy.Reconnect)]
    [InlineData("08006", Remedy.Reconnect)]
    [InlineData("08P01", Remedy.Reconnect)]
    // Disk, memory, connections, a configured limit: a single large row may be the cause.
    [InlineData("53100", Remedy.Bisect)]
    [InlineData("53200", Remedy.Bisect)]
    [InlineData("53300", Remedy.Bisect)]
    [InlineData("53400", Remedy.Bisect)]
    // An I/O error, or a damaged configuration file.
    [InlineData("58030", Remedy.Bisect)]
    [InlineData("F0000", Remedy.Bisect)]
    // A missing privilege, table, column or function: it fails every command.
    [InlineData("42501", Remedy.GiveUp)]
    [InlineData("42P01", Remedy.GiveUp)]
    [InlineData("42703", Remedy.GiveUp)]
    [InlineData("42883", Remedy.GiveUp)]
    public void Every_sqlstate_has_its_remedy(string sqlState, object remedy) =>
        BatchPolicy.For(sqlState, retries: 0, constraint: "a_constraint").ShouldBe(remedy);

    [Fact]
    public void A_check_violation_without_a_constraint_means_a_missing_partition_and_is_given_up() =>
        BatchPolicy.For("23514", retries: 0, constraint: null).ShouldBe(Remedy.GiveUp);

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("55P03")]
    [InlineData("57014")]
    public void A_transient_error_is_retried_twice_and_then_given_up(string sqlState)
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
