using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Diagnostics.Prometheus;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Diagnostics;

public sealed class PrometheusExporterTests : IDisposable
{
    readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly Meter meter;
    readonly PrometheusExporter exporter;

    public PrometheusExporterTests()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        (meter, exporter) = (meters.Create("Tiffin.Test"), new PrometheusExporter(meters));
    }

    public void Dispose()
    {
        exporter.Dispose();
        services.Dispose();
    }

    [Fact]
    public void A_counter_is_the_sum_of_what_was_added_and_its_name_ends_in_total()
    {
        var orders = meter.CreateCounter<long>("tiffin.test.orders", "{order}", "Orders\nthat were placed");
        orders.Add(2, Label("brand", "dosa"));
        orders.Add(3, Label("brand", "dosa"));
        orders.Add(1, Label("brand", "say \"cheese\"\\\n"));

        Lines("tiffin_test_orders").ShouldBe(
        [
            @"# HELP tiffin_test_orders_total Orders\nthat were placed",
            "# TYPE tiffin_test_orders_total counter",
            """tiffin_test_orders_total{brand="dosa"} 5""",
            """tiffin_test_orders_total{brand="say \"cheese\"\\\n"} 1""",
        ]);
    }

    [Fact]
    public void A_histogram_counts_a_value_in_each_bucket_that_it_fits_into()
    {
        var time = meter.CreateHistogram<double>("tiffin.test.time", "s", "Time",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 1] });
        foreach (var seconds in new[] { 0.125, 0.25, 0.5, 2 }) time.Record(seconds);

        Lines("tiffin_test_time").Skip(2).ShouldBe(
        [
            """tiffin_test_time_seconds_bucket{le="0.25"} 2""",
            """tiffin_test_time_seconds_bucket{le="1"} 3""",
            """tiffin_test_time_seconds_bucket{le="+Inf"} 4""",
            "tiffin_test_time_seconds_sum 2.875",
            "tiffin_test_time_seconds_count 4",
        ]);
    }

    [Fact]
    public void A_gauge_tells_its_last_value_and_an_up_down_counter_its_sum()
    {
        var gauge = meter.CreateGauge<int>("tiffin.test.gauge");
        gauge.Record(7);
        gauge.Record(4);
        var open = meter.CreateUpDownCounter<int>("tiffin.test.open");
        open.Add(7);
        open.Add(-4);

        Lines("tiffin_test_gauge").ShouldBe(["# TYPE tiffin_test_gauge gauge", "tiffin_test_gauge 4"]);
        Lines("tiffin_test_open").ShouldBe(["# TYPE tiffin_test_open gauge", "tiffin_test_open 3"]);
    }

    [Fact]
    public void An_observed_value_is_asked_for_at_each_scrape_and_gone_when_it_is_no_longer_told()
    {
        Measurement<int>[] told = [new(1, Label("queue", "a")), new(2, Label("queue", "b"))];
        meter.CreateObservableGauge("tiffin.test.depth", () => told);
        Lines("tiffin_test_depth{").ShouldBe(
            ["""tiffin_test_depth{queue="a"} 1""", """tiffin_test_depth{queue="b"} 2"""]);

        told = [new(3, Label("queue", "b"))];

        Lines("tiffin_test_depth{").ShouldBe(["""tiffin_test_depth{queue="b"} 3"""]);
    }

    [Fact]
    public void Labels_in_another_order_are_the_same_series()
    {
        var moves = meter.CreateCounter<int>("tiffin.test.moves");
        moves.Add(1, Label("from.state", "placed"), Label("to.state", "ready"));
        moves.Add(1, Label("to.state", "ready"), Label("from.state", "placed"));

        Lines("tiffin_test_moves_total{")
            .ShouldBe(["""tiffin_test_moves_total{from_state="placed",to_state="ready"} 2"""]);
    }

    [Fact]
    public void Whatever_is_put_into_labels_the_number_of_series_is_bounded_and_nothing_is_lost()
    {
        var asked = meter.CreateCounter<int>("tiffin.test.asked");
        for (var i = 0; i < Family.SeriesMax + 500; i++) asked.Add(1, Label("id", i));

        var lines = Lines("tiffin_test_asked_total{");

        lines.Length.ShouldBe(Family.SeriesMax + 1);
        lines.ShouldContain("""tiffin_test_asked_total{otel_metric_overflow="true"} 500""");
    }

    [Fact]
    public async Task Measurements_of_many_threads_are_all_counted()
    {
        var counter = meter.CreateCounter<double>("tiffin.test.crowd");
        var histogram = meter.CreateHistogram<int>("tiffin.test.sizes");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                counter.Add(1, Label("half", thread % 2));
                histogram.Record(1);
            }
        })));

        Lines("tiffin_test_crowd_total{").ShouldBe(
            ["""tiffin_test_crowd_total{half="0"} 80000""", """tiffin_test_crowd_total{half="1"} 80000"""]);
        Lines("tiffin_test_sizes_count").ShouldBe(["tiffin_test_sizes_count 160000"]);
        Lines("tiffin_test_sizes_sum").ShouldBe(["tiffin_test_sizes_sum 160000"]);
    }

    [Fact]
    public void A_measurement_with_known_labels_allocates_nothing()
    {
        var orders = meter.CreateCounter<long>("tiffin.test.free");
        KeyValuePair<string, object?>[] labels = [Label("brand", "dosa"), Label("status", 201)];
        for (var i = 0; i < 1_000; i++) orders.Add(1, labels);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++) orders.Add(1, labels);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    [Fact]
    public void Meters_of_strangers_and_of_other_servers_are_left_out()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = others.GetRequiredService<IMeterFactory>();
        factory.Create("Tiffin.Test").CreateCounter<int>("tiffin.test.elsewhere").Add(1);
        using var stranger = new Meter("Somebody");
        stranger.CreateCounter<int>("somebody.counts").Add(1);

        exporter.Scrape().ShouldNotContain("elsewhere");
        exporter.Scrape().ShouldNotContain("somebody");
    }

    string[] Lines(string about) =>
        [.. exporter.Scrape().Split('\n').Where(line => line.StartsWith(about) || line.Contains($" {about}"))];

    static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
