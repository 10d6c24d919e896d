using System.Text.Json.Serialization;
using Tiffin.Edge;

namespace Tiffin.Features.Tracking;

/// <summary>Public order tracking by token: for programs, and as a page for the customer.</summary>
sealed class TrackingFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Tracking", "Public order tracking for customers.")];

    public override JsonSerializerContext Json => TrackingJson.Strict;

    public override void Add(WebApplicationBuilder builder) => builder.Services.AddSingleton<TrackQueries>();

    public override void Map(WebApplication app) => app.MapTracking();
}

[JsonSerializable(typeof(TrackView))]
sealed partial class TrackingJson : JsonSerializerContext
{
    public static TrackingJson Strict { get; } = new(StrictJson.Options());
}
