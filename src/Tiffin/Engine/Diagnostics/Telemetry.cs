using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tiffin.Engine.Diagnostics.Prometheus;

namespace Tiffin.Engine.Diagnostics;

/// <summary>
/// Exports traces, metrics and logs over OTLP, configured by OpenTelemetry's environment variables. Without an endpoint
/// nothing is registered.
/// </summary>
static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string WebServer = "Microsoft.AspNetCore";

    // The sources of a request's trace: web server, batch, database; then broker, webhook calls and notifications.
    static readonly string[] sources =
        [WebServer, "Tiffin.*", "Npgsql", "RabbitMQ.Client.Publisher"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // The web server's request logs contain the path and query, with tracking tokens and arbitrary input. They
        // would also flood the log.
        builder.Logging.AddFilter(WebServer, LogLevel.Warning);
        var configuration = builder.Configuration;
        if (configuration[Endpoint] is not { Length: > 0 }) return;
        var name = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } given ? given : "tiffin";
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(Named(ResourceBuilder.CreateDefault(), name)).AddOtlpExporter();
        });
        builder.Services.AddSingleton(_ => OpenTelemetrySdk.Create(sdk =>
        {
            // Lets the exporter read its settings from the same configuration as all others.
            sdk.Services.AddSingleton<IConfiguration>(configuration);
            sdk.ConfigureResource(resource => Named(resource, name))
                .WithTracing(traces => traces.AddSource(sources)
                    .AddProcessor(new RouteForPath()).AddOtlpExporter())
                .WithMetrics(metrics => metrics
                    .AddMeter([.. PrometheusExporter.Meters.Select(meter => meter + "*")]).AddOtlpExporter());
        }));
    }

    /// <summary>Starts the export. Pending data is flushed when the server's services are disposed.</summary>
    public static void StartTelemetry(this WebApplication app) => app.Services.GetService<OpenTelemetrySdk>();

    static ResourceBuilder Named(ResourceBuilder resource, string name) =>
        resource.AddService(name, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3));
}
