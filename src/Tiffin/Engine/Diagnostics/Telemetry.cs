using System.Diagnostics.Metrics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Tiffin.Engine.Diagnostics;

/// <summary>
/// Collects metrics for <c>/metrics</c>. With an OTLP endpoint, also exports traces, metrics and logs there, configured
/// by OpenTelemetry's environment variables.
/// </summary>
static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string WebServer = "Microsoft.AspNetCore";

    // Without System.Net, whose labels contain remote hosts. From ASP.NET Core only the server and request meters,
    // because every other one adds a measurement to each request.
    static readonly string[] meters =
        ["Tiffin.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    // The sources of a request's trace: web server, batch, database; then broker, webhook calls and notifications.
    static readonly string[] sources =
        [WebServer, "Tiffin.*", "Npgsql", "RabbitMQ.Client.Publisher"];

    // For histograms whose instrument advises no bounds: 1 ms to 60 s.
    static readonly ExplicitBucketHistogramConfiguration latency = new()
    {
        Boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // The web server's request logs contain the path and query, with tracking tokens and arbitrary input. They
        // would also flood the log.
        builder.Logging.AddFilter(WebServer, LogLevel.Warning);
        var isExported = builder.Configuration[Endpoint] is { Length: > 0 };
        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : "tiffin";
        var version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceVersion: version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(meters).AddPrometheusExporter(Plain);
                if (isExported) metrics.AddOtlpExporter();
            });
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => View(instrument, own));
        });
        if (!isExported) return;
        telemetry
            .WithTracing(traces => traces.AddSource(sources).AddProcessor(new PathRedactor()).AddOtlpExporter())
            .WithLogging(logs => logs.AddOtlpExporter(), options => options.IncludeFormattedMessage = true);
    }

    // Drops the meters of another server in the same process.
    static MetricStreamConfiguration? View(Instrument instrument, IMeterFactory own) => instrument switch
    {
        { Meter.Scope: { } scope } when !ReferenceEquals(scope, own) => MetricStreamConfiguration.Drop,
        Histogram<double> { Advice: null } or Histogram<int> { Advice: null } or Histogram<long> { Advice: null } =>
            latency,
        _ => null,
    };

    // Adds no label to the metrics, and collects at each scrape.
    static void Plain(PrometheusAspNetCoreOptions options)
    {
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
        options.ScrapeResponseCacheDurationMilliseconds = 0;
    }
}
