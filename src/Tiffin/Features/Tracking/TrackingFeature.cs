using Tiffin.Edge;

namespace Tiffin.Features.Tracking;

/// <summary>What the customer sees of an order, with the order's tracking token alone.</summary>
sealed class TrackingFeature : Feature
{
    public override void Add(WebApplicationBuilder builder) => builder.Services.AddSingleton<TrackQueries>();

    public override void Map(WebApplication app) => app.MapTracking();
}
