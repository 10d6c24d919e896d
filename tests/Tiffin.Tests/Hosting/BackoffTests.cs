using Tiffin.Engine.Hosting;

namespace Tiffin.Tests.Hosting;

public sealed class BackoffTests
{
    readonly Backoff backoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(7, 16)]
    [InlineData(8, 30)]
    [InlineData(1_000_000, 30)]
    public void The_wait_doubles_with_every_failure_up_to_its_maximum(int failures, double seconds) =>
        backoff.After(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(0, 0.75)]
    [InlineData(0.5, 1)]
    [InlineData(1, 1.25)]
    public void Jitter_changes_a_wait_by_a_quarter_at_most(double jitter, double factor)
    {
        backoff.Failed();

        backoff.Delay(jitter).ShouldBe(TimeSpan.FromMilliseconds(250) * factor);
    }

    [Fact]
    public void A_reset_starts_with_the_first_wait()
    {
        for (var i = 0; i < 5; i++) backoff.Failed();
        backoff.Reset();
        backoff.Failed();

        backoff.Failures.ShouldBe(1);
        backoff.Delay(0.5).ShouldBe(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public void A_wait_without_growth_is_its_maximum() =>
        new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)).After(5).ShouldBe(TimeSpan.FromSeconds(1));
}
