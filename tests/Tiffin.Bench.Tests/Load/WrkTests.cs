using Tiffin.Bench.Load;

namespace Tiffin.Bench.Tests.Load;

public sealed class WrkTests
{
    [Fact]
    public void Refused_requests_do_not_count_as_throughput()
    {
        var result = Wrk.Parse(
            "RESULT requests=1000 duration_us=2000000 p50=1500 p95=2500 p99=3500 p999=4500 max=9000 "
            + "non2xx=200 errors=3");

        result.PerSecond.ShouldBe(400);
        result.Refused.ShouldBe(200);
        result.Broken.ShouldBe(3);
        result.Latency.P99.ShouldBe(3.5);
    }

    [Fact]
    public void A_failed_load_yields_no_figure() =>
        Should.Throw<InvalidOperationException>(() => Wrk.Parse("unable to connect")).Message.ShouldContain("unable");
}
