using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tiffin.Diagnostics.Prometheus;

namespace Tiffin.Diagnostics;

/// <summary>
/// Traces, metrics and logs over OTLP, if OpenTelemetry's own variables say where to: with no endpoint, nothing of it
/// is there.
/// </summary>
static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string WebServer = "Microsoft.AspNetCore";

    /// <summary>
    /// What takes part in a request: the web server, the batch, the database; and in what follows: the broker, calls of
    /// webhooks, messages.
    /// </summary>
    static readonly string[] sources =
        [WebServer, CommitTrace.SourceName, "Npgsql", EventTrace.SourceName, "RabbitMQ.Client.Publisher"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // What the web server would say of each request holds its path and query, with tracking tokens and whatever
        // somebody put there; and a log that fills up with requests hides what matters.
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
            // The exporter's settings come from where all others come from.
            sdk.Services.AddSingleton<IConfiguration>(configuration);
            sdk.ConfigureResource(resource => Named(resource, name))
                .WithTracing(traces => traces.AddSource(sources)
                    .AddProcessor(new RouteForPath()).AddOtlpExporter())
                .WithMetrics(metrics => metrics
                    .AddMeter([.. PrometheusExporter.Meters.Select(meter => meter + "*")]).AddOtlpExporter());
        }));
    }

    /// <summary>Listens from now on; flushed when the server's services are disposed of.</summary>
    public static void StartTelemetry(this WebApplication app) => app.Services.GetService<OpenTelemetrySdk>();

    static ResourceBuilder Named(ResourceBuilder resource, string name) =>
        resource.AddService(name, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3));
}
