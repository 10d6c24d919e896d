using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Diagnostics.Prometheus;

namespace Tiffin.Features.Health;

/// <summary>Metrics for Prometheus. Without customer and order ids, but not meant for the internet.</summary>
static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app)
    {
        // Created before the first measurement: counters and up-down counters add up increments.
        var exporter = app.Services.GetRequiredService<PrometheusExporter>();
        app.MapGet("/metrics", () => Results.Text(exporter.Scrape(), PrometheusExporter.ContentType))
            .ExcludeFromDescription().Public().DisableHttpMetrics();
    }
}
