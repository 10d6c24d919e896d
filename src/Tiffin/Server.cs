using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiffin.Edge;
using Tiffin.Edge.OpenApi;
using Tiffin.Edge.Streaming;
using Tiffin.Engine;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Verify;
using Tiffin.Features.Access;
using Tiffin.Features.Analytics;
using Tiffin.Features.Broker;
using Tiffin.Features.Catalogue;
using Tiffin.Features.Devices;
using Tiffin.Features.Events;
using Tiffin.Features.Health;
using Tiffin.Features.Inventory;
using Tiffin.Features.Notifications;
using Tiffin.Features.Orders;
using Tiffin.Features.PersonalData;
using Tiffin.Features.Sandbox;
using Tiffin.Features.Screens;
using Tiffin.Features.Tracking;
using Tiffin.Features.Upkeep;
using Tiffin.Features.Webhooks;

namespace Tiffin;

/// <summary>The server's table of contents.</summary>
static class Server
{
    internal static IReadOnlyList<Feature> Features { get; } =
    [
        new OrdersFeature(),
        new InventoryFeature(),
        new CatalogueFeature(),
        new EventsFeature(),
        new TrackingFeature(),
        new WebhooksFeature(),
        new NotificationsFeature(),
        new AnalyticsFeature(),
        new BrokerFeature(),
        new AccessFeature(),
        new DevicesFeature(),
        new PersonalDataFeature(),
        new HealthFeature(),
        new UpkeepFeature(),
        new SandboxFeature(),
        new ScreensFeature(),
    ];

    internal static IEnumerable<Invariant> Invariants =>
        [.. Verification.Invariants, .. Features.SelectMany(feature => feature.Invariants)];

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddEngine(DatabaseSettings.ConnectionString(builder.Configuration));
        builder.AddEdge(Features);
        builder.Services.AddHosted<LiveFeed>();
        builder.Services.AddApiDocument([.. Features.SelectMany(feature => feature.Tags)]);
        foreach (var feature in Features) feature.Add(builder);

        var app = builder.Build();
        app.UseCommits();
        app.UseEdge();
        app.MapApiDocument();
        foreach (var feature in Features) feature.Map(app);
        app.WarnOfUnknownSettings();
        return app;
    }
}
