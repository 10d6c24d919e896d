using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Diagnostics;
using Tiffin.Features.Health;

namespace Tiffin.Tests.Diagnostics;

public sealed class MetricsExportTests : IAsyncLifetime, IDisposable
{
    /// <summary>The SDK's limit of series per instrument.</summary>
    const int SeriesMax = 2_000;

    readonly HttpClient http = new();
    WebApplication app = null!;
    Meter meter = null!;

    public async Task InitializeAsync()
    {
        app = await Start();
        http.BaseAddress = new Uri(app.Urls.First());
        meter = app.Services.GetRequiredService<IMeterFactory>().Create("Tiffin.Test");
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_counter_exports_its_sum_and_its_name_ends_in_total()
    {
        var orders = meter.CreateCounter<long>("tiffin.test.orders", "{order}", "Orders\nthat were placed");
        orders.Add(2, Label("brand", "dosa"));
        orders.Add(3, Label("brand", "dosa"));
        orders.Add(1, Label("brand", "say \"cheese\"\\\n"));

        (await Lines("tiffin_test_orders")).ShouldBe(
        [
            "# TYPE tiffin_test_orders_total counter",
            @"# HELP tiffin_test_orders_total Orders\nthat were placed",
            """tiffin_test_orders_total{brand="dosa"} 5""",
            """tiffin_test_orders_total{brand="say \"cheese\"\\\n"} 1""",
        ]);
    }

    [Fact]
    public async Task A_histogram_counts_a_value_in_each_bucket_that_it_fits_into()
    {
        var time = meter.CreateHistogram<double>("tiffin.test.time", "s", "Time",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.25, 1] });
        foreach (var seconds in new[] { 0.125, 0.25, 0.5, 2 }) time.Record(seconds);

        (await Lines("tiffin_test_time")).Skip(2).ShouldBe(
        [
            """tiffin_test_time_seconds_bucket{le="0.25"} 2""",
            """tiffin_test_time_seconds_bucket{le="1"} 3""",
            """tiffin_test_time_seconds_bucket{le="+Inf"} 4""",
            "tiffin_test_time_seconds_sum{} 2.875",
            "tiffin_test_time_seconds_count{} 4",
        ]);
    }

    [Fact]
    public async Task A_gauge_exports_its_last_value_and_an_up_down_counter_its_sum()
    {
        var gauge = meter.CreateGauge<int>("tiffin.test.gauge");
        gauge.Record(7);
        gauge.Record(4);
        var open = meter.CreateUpDownCounter<int>("tiffin.test.open");
        open.Add(7);
        open.Add(-4);

        (await Lines("tiffin_test_gauge")).ShouldBe(["# TYPE tiffin_test_gauge gauge", "tiffin_test_gauge{} 4"]);
        (await Lines("tiffin_test_open")).ShouldBe(["# TYPE tiffin_test_open gauge", "tiffin_test_open{} 3"]);
    }

    [Fact]
    public async Task An_observable_gauge_is_read_at_each_scrape_and_drops_series_without_a_value()
    {
        Measurement<int>[] told = [new(1, Label("queue", "a")), new(2, Label("queue", "b"))];
        meter.CreateObservableGauge("tiffin.test.depth", () => told);
        (await Lines("tiffin_test_depth{")).ShouldBe(
            ["""tiffin_test_depth{queue="a"} 1""", """tiffin_test_depth{queue="b"} 2"""]);

        told = [new(3, Label("queue", "b"))];

        (await Lines("tiffin_test_depth{")).ShouldBe(["""tiffin_test_depth{queue="b"} 3"""]);
    }

    [Fact]
    public async Task Labels_in_another_order_are_the_same_series()
    {
        var moves = meter.CreateCounter<int>("tiffin.test.moves");
        moves.Add(1, Label("from.state", "placed"), Label("to.state", "ready"));
        moves.Add(1, Label("to.state", "ready"), Label("from.state", "placed"));

        (await Lines("tiffin_test_moves_total{"))
            .ShouldBe(["""tiffin_test_moves_total{from_state="placed",to_state="ready"} 2"""]);
    }

    [Fact]
    public async Task The_number_of_series_is_bounded_for_any_labels_and_nothing_is_lost()
    {
        var asked = meter.CreateCounter<int>("tiffin.test.asked");
        for (var i = 0; i < SeriesMax + 500; i++) asked.Add(1, Label("id", i));

        var lines = await Lines("tiffin_test_asked_total{");

        lines.Length.ShouldBe(SeriesMax + 1);
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

        (await Lines("tiffin_test_crowd_total{")).ShouldBe(
            ["""tiffin_test_crowd_total{half="0"} 80000""", """tiffin_test_crowd_total{half="1"} 80000"""],
            ignoreOrder: true);
        (await Lines("tiffin_test_sizes_count")).ShouldBe(["tiffin_test_sizes_count{} 160000"]);
        (await Lines("tiffin_test_sizes_sum")).ShouldBe(["tiffin_test_sizes_sum{} 160000"]);
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
    public async Task Meters_of_other_libraries_and_servers_are_not_exported()
    {
        await using var other = await Start();
        var others = other.Services.GetRequiredService<IMeterFactory>().Create("Tiffin.Test");
        others.CreateCounter<int>("tiffin.test.elsewhere").Add(1);
        using var stranger = new Meter("Another.Library");
        stranger.CreateCounter<int>("another.counts").Add(1);

        var text = await http.GetStringAsync("/metrics");
        text.ShouldNotContain("elsewhere");
        text.ShouldNotContain("another");
        (await http.GetStringAsync($"{other.Urls.First()}/metrics"))
            .ShouldContain("\ntiffin_test_elsewhere_total{} 1\n");
    }

    [Fact]
    public async Task A_histogram_without_advice_has_buckets_for_latencies()
    {
        meter.CreateHistogram<double>("tiffin.test.wait", "s").Record(0.003);

        var buckets = await Lines("tiffin_test_wait_seconds_bucket");

        buckets.Length.ShouldBe(16);
        buckets[1..3].ShouldBe(
        [
            """tiffin_test_wait_seconds_bucket{le="0.0025"} 0""",
            """tiffin_test_wait_seconds_bucket{le="0.005"} 1""",
        ]);
    }

    [Fact]
    public async Task Every_scraper_gets_the_same_text()
    {
        meter.CreateCounter<int>("tiffin.test.same").Add(1);
        http.DefaultRequestHeaders.Add("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        var answer = await http.GetAsync("/metrics");

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("_created");
    }

    static async Task<WebApplication> Start()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.AddTelemetry();
        var app = builder.Build();
        app.MapMetrics();
        await app.StartAsync();
        return app;
    }

    async Task<string[]> Lines(string about)
    {
        var text = await http.GetStringAsync("/metrics");
        return [.. text.Split('\n').Where(line => line.StartsWith(about) || line.Contains($" {about}"))];
    }

    static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
