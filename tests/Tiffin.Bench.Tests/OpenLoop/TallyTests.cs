using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class TallyTests
{
    [Fact]
    public void A_stall_is_seen_by_all_who_would_have_come_meanwhile()
    {
        var tally = new Tally();
        // The connection was busy for a second: ten requests that were due in it were sent at its end.
        for (var i = 0; i < 10; i++)
            tally.Record("place", 201, TimeSpan.FromSeconds(0.1 * i), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        tally.Latency(Tally.IsGood).Percentile(50).TotalSeconds.ShouldBeInRange(0.5, 0.65);
        tally.Service(Tally.IsGood).Max.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_was_not_answered_as_asked_is_counted_by_what_came_instead()
    {
        var tally = new Tally();
        (int, bool)[] answers = [(201, false), (503, true), (503, false), (Tally.Unanswered, false)];
        foreach (var (status, retryAfter) in answers)
            tally.Record("place", status, default, default, TimeSpan.FromMilliseconds(1), retryAfter);

        tally.Errors().ShouldBe(new Dictionary<string, long> { ["503"] = 2, ["unanswered"] = 1 }, ignoreOrder: true);
        tally.RefusedWithoutRetryAfter.ShouldBe(1);
        tally.Seconds[0].Bad.ShouldBe(3);
    }
}
