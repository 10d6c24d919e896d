using Tiffin.Bench.Load;

namespace Tiffin.Bench.Tests.Load;

public sealed class MetricsTests
{
    [Fact]
    public void Series_are_found_by_their_whole_name_and_label()
    {
        var metrics = new Metrics("""
            # TYPE tiffin_commit_batch_size histogram
            tiffin_commit_batch_size_bucket{le="1"} 4
            tiffin_commit_batch_size_sum 120.5
            tiffin_commit_batch_size_count 7
            tiffin_subscriber_lag_seconds{subscriber="ledger"} 0.25
            tiffin_subscriber_lag_seconds{subscriber="webhooks"} 1.5e-1
            """);

        metrics.Sum("tiffin_commit_batch_size_sum").ShouldBe(120.5);
        metrics.Sum("tiffin_commit_batch_size").ShouldBe(0);
        metrics.By("tiffin_subscriber_lag_seconds", "subscriber")
            .ShouldBe([("ledger", 0.25), ("webhooks", 0.15)]);
    }
}
