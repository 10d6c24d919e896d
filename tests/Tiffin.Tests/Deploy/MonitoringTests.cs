using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>Compares dashboards and alerts with the metrics of a server after some traffic.</summary>
public sealed partial class MonitoringTests : IAsyncLifetime
{
    /// <summary>The names that Prometheus adds.</summary>
    static readonly string[] given = ["up", "instance", "job", "le"];

    static readonly IReadOnlyList<Yaml> alerts =
        [.. Yaml.File("deploy/prometheus/alerts.yml")["groups"].Items.SelectMany(group => group["rules"].Items)];

    TestServer server = null!;
    string told = "";
    string own = "";

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
        // A kitchen with a busy day: every event that is counted by kitchen happens.
        await server.Put("/v1/kitchens/k1/stock/rice", new { threshold = 9_950 });
        var placed = await server.Client.Place(SmallChain.Order());
        placed.StatusCode.ShouldBe(HttpStatusCode.Created);
        await server.Put($"{placed.Headers.Location}/status", new { status = "cancelled", reason = "customer_called" });
        var second = await server.Client.Place(SmallChain.Order());
        await server.Put($"{second.Headers.Location}/status", new { status = "preparing" });
        await server.Put($"{second.Headers.Location}/status", new { status = "out_for_delivery" });
        await server.Put($"{second.Headers.Location}/status", new { status = "delivered" });
        await server.Post("/v1/kitchens/k1/stock/movements", new
        {
            movements = new[] { new { sku = "ghee", kind = "counted", quantity = 0 } },
        });
        using (var stranger = server.Stranger()) await stranger.GetAsync("/v1/orders");
        server.Services.GetRequiredService<CommitMetrics>().Rejected(Unavailability.Late);
        await Eventually.Holds(async () =>
        {
            told = await server.Client.GetStringAsync("/metrics");
            return told.Contains("tiffin_subscriber_lag_seconds{") && told.Contains("http_route=\"/v1/orders");
        }, "metrics of subscribers and orders");
        own = told;
        told += await PostgresExporter.Metrics(server.ConnectionString);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void Every_metric_and_label_of_a_dashboard_or_alert_is_exported()
    {
        var asked = Expressions().ToList();

        asked.Count.ShouldBeGreaterThan(45);
        asked.SelectMany(Unknown).Distinct().ShouldBeEmpty();
        Unknown("sum by (colour) (tiffin_nothing)").ShouldBe(["tiffin_nothing", "colour"], ignoreOrder: true);
    }

    [Fact]
    public async Task Prometheus_accepts_its_configuration_and_the_alerts() =>
        (await Promtool.Check($"check config {Path.Combine(Repository.Root, "deploy/prometheus/prometheus.yml")}"))
            .ShouldBeEmpty();

    [Fact]
    public void Each_alert_has_a_runbook_entry_and_each_metric_of_Tiffin_a_description()
    {
        var runbook = Repository.Text("docs/operate/runbook.md");
        var monitoring = Repository.Text("docs/operate/monitoring.md");

        foreach (var alert in alerts.Select(rule => rule["alert"].ToString()))
        {
            runbook.ShouldContain($"\n### {alert}\n");
            alerts.Single(rule => rule["alert"].ToString() == alert)["annotations"]["runbook"].ToString()
                .ShouldBe($"docs/operate/runbook.md#{alert.ToLowerInvariant()}");
        }
        Regex.Matches(own, "^# TYPE (tiffin_[a-z_]+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value)
            .Where(name => !monitoring.Contains($"| `{name}` |")).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_of_metrics_names_the_alert_of_each()
    {
        var rows = Regex.Matches(Repository.Text("docs/operate/monitoring.md"), @"^\| `(tiffin_\w+)` .* \| (\w*) ?\|$",
            RegexOptions.Multiline).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        rows.Values.Where(name => name != "").Except(alerts.Select(rule => rule["alert"].ToString())).ShouldBeEmpty();
        foreach (var rule in alerts)
            if (Regex.Match(rule["expr"].ToString(), "tiffin_[a-z_]+") is { Success: true } metric)
                rows[metric.Value].ShouldBe(rule["alert"].ToString());
    }

    [Fact]
    public void Panels_do_not_overlap_and_name_the_source_that_is_provisioned()
    {
        var source = Yaml.File("deploy/grafana/datasources.yml")["datasources"].Items.Single()["uid"].ToString();
        foreach (var panels in Dashboards().Select(dashboard => dashboard["panels"]!.AsArray()))
        {
            panels.Select(panel => (string?)panel!["datasource"]!["uid"]).Distinct().ShouldBe([source]);
            panels.Select(panel => ((int)panel!["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!)).ShouldBeUnique();
            panels.Select(panel => (int)panel!["id"]!).ShouldBeUnique();
        }
        Dashboards().Select(dashboard => (string?)dashboard["uid"]).ShouldBeUnique();
    }

    static IEnumerable<JsonNode> Dashboards() => Repository.Files("deploy/grafana")
        .Where(file => file.EndsWith(".json")).Select(file => JsonNode.Parse(Repository.Text(file))!);

    static IEnumerable<string> Expressions() => alerts.Select(rule => rule["expr"].ToString()).Concat(
        from dashboard in Dashboards()
        from panel in dashboard["panels"]!.AsArray()
        from target in panel!["targets"]!.AsArray()
        select (string)target!["expr"]!);

    IEnumerable<string> Unknown(string expression)
    {
        var metrics = Metric().Matches(expression).Select(match => match.Value).Where(name => name.Contains('_'))
            .Where(name => !told.Contains($"\n{name}{{") && !told.Contains($"\n{name} "));
        var labels = Grouping().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(", "))
            .Where(label => !told.Contains($"{label}=\""));
        var values = Equality().Matches(expression).Select(match => match.Value).Where(pair => !told.Contains(pair));
        return metrics.Concat(labels).Concat(values).Where(name => !given.Contains(name.Split('=')[0]));
    }

    /// <summary>
    /// A name that is followed by a selector, a range, or a closing bracket: neither a function nor a label.
    /// </summary>
    [GeneratedRegex(@"\b(?!histogram_quantile)[a-z]+(?:_[a-z]+)+\b(?=[{\[)\s]|$)(?![^{(]*""}?[^{]*})(?<!by \([^)]*)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"by \(([^)]+)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("""\w+="[^"]+"(?=[,}])""")]
    private static partial Regex Equality();
}
