using Tiffin.Edge;

namespace Tiffin.Features.Tracking;

/// <summary>Public order tracking by token.</summary>
sealed class TrackingFeature : Feature
{
    public override void Add(WebApplicationBuilder builder) => builder.Services.AddSingleton<TrackQueries>();

    public override void Map(WebApplication app) => app.MapTracking();
}
