using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Tests.OpenLoop;

public sealed class TallyTests
{
    readonly Tally tally = new();

    [Fact]
    public void Latency_counts_from_when_a_request_was_due_and_service_from_when_it_was_sent()
    {
        tally.Record("place", 201, At(100), At(900), At(1_000));

        tally.Latency(Tally.IsGood).Max.ShouldBe(At(900));
        tally.Service(Tally.IsGood).Max.ShouldBe(At(100));
    }

    [Fact]
    public void Errors_are_counted_by_kind()
    {
        tally.Record("place", 201, At(0), At(0), At(1));
        tally.Record("place", 503, At(0), At(0), At(1), retryAfter: true);
        tally.Record("move", 503, At(0), At(0), At(1), retryAfter: true);
        tally.Record("move", 409, At(0), At(0), At(1));
        tally.Record("move", Tally.Unanswered, At(0), At(0), At(1));
        tally.Record("any", Tally.Unsent, At(0), At(1), At(1));

        tally.Errors().ShouldBe(
            new Dictionary<string, long> { ["503"] = 2, ["409"] = 1, ["unanswered"] = 1, ["unsent"] = 1 },
            ignoreOrder: true);
    }

    [Fact]
    public void Overload_responses_without_retry_after_are_counted()
    {
        tally.Record("place", 503, At(0), At(0), At(1), retryAfter: true);
        tally.Record("place", 429, At(0), At(0), At(1));
        tally.Record("place", 409, At(0), At(0), At(1));

        tally.RefusedWithoutRetryAfter.ShouldBe(1);
    }

    [Fact]
    public void Each_second_counts_the_requests_that_were_due_in_it()
    {
        tally.Record("place", 503, At(100), At(100), At(4_000));
        tally.Record("place", 201, At(2_500), At(2_500), At(2_510));

        tally.Seconds.Select(second => (second.Good, second.Bad)).ShouldBe([(0, 1), (0, 0), (1, 0)]);
        tally.Seconds[0].Latency.Max.ShouldBe(At(3_900));
    }

    [Fact]
    public void Each_kind_has_figures_of_its_own()
    {
        tally.Record("read", 200, At(0), At(0), At(1));
        tally.Record("place", 201, At(0), At(0), At(9));
        tally.Record("place", 503, At(0), At(0), At(3));

        var kinds = tally.ByKind();
        kinds["read"].Max.ShouldBe(At(1));
        kinds["place"].Count.ShouldBe(2);
    }

    static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
