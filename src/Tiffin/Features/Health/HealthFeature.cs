using Microsoft.Extensions.Options;
using Tiffin.Edge;

namespace Tiffin.Features.Health;

/// <summary>Liveness, readiness, service levels and metrics, and the drain before a shutdown.</summary>
sealed class HealthFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Health", "Liveness, readiness and service levels.")];

    public override void Add(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.Configure<ShutdownOptions>(configuration.GetSection("Shutdown"));
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.DrainDelay + shutdown.Value.GracePeriod);
        services.Configure<HealthOptions>(configuration.GetSection("Health"));
        services.AddSingleton<HealthWatch>();
        services.AddHostedService(all => all.GetRequiredService<HealthWatch>());
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
