using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Diagnostics.Prometheus;

namespace Tiffin.Features.Health;

/// <summary>For Prometheus. It names no customer and no order; keep it inside all the same.</summary>
static class MetricsEndpoint
{
    public static void MapMetrics(this WebApplication app)
    {
        // Listens from now on: what is told in steps must be heard from the first one.
        var exporter = app.Services.GetRequiredService<PrometheusExporter>();
        app.MapGet("/metrics", () => Results.Text(exporter.Scrape(), PrometheusExporter.ContentType))
            .ExcludeFromDescription().Public().DisableHttpMetrics();
    }
}
