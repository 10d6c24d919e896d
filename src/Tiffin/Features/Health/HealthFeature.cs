using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Health;

/// <summary>Liveness, readiness, service levels and metrics, and the drain before a shutdown.</summary>
sealed class HealthFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Health", "Liveness, readiness and service levels.")];

    public override JsonSerializerContext Json => HealthJson.Strict;

    public override void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddSettings<ShutdownOptions>("Shutdown");
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.DrainDelay + shutdown.Value.GracePeriod);
        builder.AddSettings<HealthOptions>("Health");
        services.AddHosted<HealthWatch>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<GracefulShutdown>();
    }

    public override void Map(WebApplication app)
    {
        app.MapHealth();
        app.MapStatus();
        app.MapMetrics();
    }
}
