using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Diagnostics;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine;

/// <summary>The database, the commit pipeline, the event log and its metrics.</summary>
static class EngineServices
{
    public static void AddEngine(this WebApplicationBuilder builder, string connectionString)
    {
        var services = builder.Services;
        builder.AddSettings<DatabaseOptions>("Database");
        var options = Settings.Read<DatabaseOptions>(builder.Configuration, "Database");
        services.TryAddSingleton(_ => new DatabasePools(connectionString, options));
        services.AddSingleton(all => new Database(
            all.GetRequiredService<DatabasePools>(), all.GetRequiredService<TimeProvider>(), options));
        builder.AddSettings<CommitOptions>("Commit");
        builder.AddSettings<SubscriptionOptions>("Subscriptions");
        services.AddSingleton<ServiceLevels>();
        services.AddSingleton<CommitMetrics>();
        services.AddSingleton<KitchenMetrics>();
        services.AddSingleton<SubscriberMetrics>();
        services.AddSingleton<CatalogueReader>();
        services.AddHosted<CommitPipeline>();
        services.AddSingleton<Drain>();
        services.AddSingleton<LogTail>();
        services.AddHosted<Wakeup>();
        services.AddHostedService<LagWatch>();
        services.AddHostedService<UpkeepLoop>();
        builder.AddLogs();
        builder.AddTelemetry();
    }

    /// <summary>Hands this node's commits to its readers in memory, without a query.</summary>
    public static void UseCommits(this WebApplication app)
    {
        var (tail, wakeup) = (app.Services.GetRequiredService<LogTail>(), app.Services.GetRequiredService<Wakeup>());
        var kitchens = app.Services.GetRequiredService<KitchenMetrics>();
        app.Services.GetRequiredService<CommitPipeline>().Committed += (predecessor, events) =>
        {
            tail.Append(predecessor, events);
            wakeup.OnCommitted();
            foreach (var one in events) kitchens.Record(one.KitchenId, Domain.Names.Of(one.Type));
        };
    }
}
