using Tiffin.Edge;

namespace Tiffin.Features.Health;

/// <summary>Metrics for Prometheus. They have no customer or order ids, but are not meant for the internet.</summary>
static class MetricsEndpoint
{
    // Resolves the meter provider before the first measurement: counters and up-down counters add up increments.
    public static void MapMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, ForcePlainText, optionsName: null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .ExcludeFromDescription().Public().DisableHttpMetrics();

    // Prometheus prefers OpenMetrics, in which the exporter writes a second series, "…_created", for each counter and
    // histogram.
    static void ForcePlainText(IApplicationBuilder scrape) => scrape.Use(next => context =>
    {
        context.Request.Headers.Accept = "text/plain";
        return next(context);
    });
}
