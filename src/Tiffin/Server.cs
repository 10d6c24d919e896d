using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Diagnostics;
using Tiffin.Diagnostics.Prometheus;
using Tiffin.EventLog;
using Tiffin.Http;
using Tiffin.Http.Analytics;
using Tiffin.Http.Audit;
using Tiffin.Http.Catalogue;
using Tiffin.Http.Credentials;
using Tiffin.Http.Events;
using Tiffin.Http.Health;
using Tiffin.Http.Inventory;
using Tiffin.Http.Notifications;
using Tiffin.Http.OpenApi;
using Tiffin.Http.Orders;
using Tiffin.Http.PersonalData;
using Tiffin.Http.Tracking;
using Tiffin.Http.Webhooks;
using Tiffin.Storage;
using Tiffin.Subscribers.Analytics;
using Tiffin.Subscribers.Broker;
using Tiffin.Subscribers.Ledger;
using Tiffin.Subscribers.Notifications;
using Tiffin.Subscribers.Webhooks;
using Tiffin.Tracking;
using Tiffin.Upkeep;
using Tiffin.Wire;

namespace Tiffin;

/// <summary>The server, put together: what it is made of, and what it answers.</summary>
public static class Server
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        AddWeb(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new Database(
            ConnectionString(builder.Configuration), services.GetRequiredService<TimeProvider>(),
            builder.Configuration.GetSection("Database").Get<DatabaseOptions>()));
        builder.Services.AddSingleton<InstallationKey>();
        builder.Services.Configure<CommitOptions>(builder.Configuration.GetSection("Commit"));
        builder.Services.AddSingleton<PrometheusExporter>();
        builder.Services.AddSingleton<ServiceLevels>();
        builder.AddLogs();
        builder.AddTelemetry();
        builder.Services.AddSingleton<CommitMetrics>();
        builder.Services.AddSingleton<KitchenMetrics>();
        builder.Services.AddSingleton<CommitPipeline>();
        builder.Services.AddSingleton<CatalogueReader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CommitPipeline>());
        AddAccess(builder);
        AddSubscribers(builder);
        AddHealth(builder);
        builder.Services.AddApiDocument();
        AddTracking(builder);
        AddNotifications(builder);
        AddUpkeep(builder);

        var app = builder.Build();
        HandOn(app.Services);
        app.StartTelemetry();
        app.UseProxies();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseExactRoutes();
        app.UseOrigins();
        // Here, not where the framework would put it: browsers come back from the issuer to where no route is.
        app.UseAuthentication();
        app.UseMiddleware<Gate>();
        app.MapKeys();
        app.MapSessions();
        app.MapAudit();
        app.MapPersonalData();
        app.MapOrders();
        app.MapAnalytics();
        app.MapEvents();
        app.MapAsyncApi();
        app.MapTracking();
        app.MapNotifications();
        app.MapInventory();
        app.MapCatalogue();
        app.MapWebhooks();
        app.MapHealth();
        app.MapStatus();
        app.MapMetrics();
        app.MapApiDocument();
        return app;
    }

    public static string ConnectionString(IConfiguration configuration) =>
        configuration.GetConnectionString("Tiffin") is { Length: > 0 } text
            ? text
            : throw new InvalidOperationException(
                "No database: set ConnectionStrings__Tiffin, such as 'Host=db;Username=tiffin;Database=tiffin'.");

    /// <summary>What this node commits reaches its readers without a way over the database.</summary>
    static void HandOn(IServiceProvider services)
    {
        var (tail, wakeup) = (services.GetRequiredService<LogTail>(), services.GetRequiredService<Wakeup>());
        var kitchens = services.GetRequiredService<KitchenMetrics>();
        services.GetRequiredService<CommitPipeline>().Committed += (predecessor, events) =>
        {
            tail.Append(predecessor, events);
            wakeup.Committed();
            foreach (var one in events) kitchens.Happened(one.KitchenId, Names.Of(one.Type));
        };
    }

    static void AddAccess(WebApplicationBuilder builder)
    {
        builder.AddSchemes();
        builder.Services.AddCors();
        builder.Services.AddSingleton<InstallationKey>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddHostedService(services => services.GetRequiredService<KeyRing>());
        builder.Services.AddSingleton<EndedSessions>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EndedSessions>());
        builder.Services.AddSingleton<Sessions>();
        builder.Services.AddSingleton<SecretSeal>();
        builder.Services.AddSingleton<Administration>();
        builder.Services.Configure<LimitOptions>(builder.Configuration.GetSection("Limits"));
        builder.Services.AddSingleton<CallerLimits>();
        builder.Services.AddSingleton<SlowReads>();
        builder.Services.AddSingleton<ScanCursors>();
        builder.Services.AddSingleton<AccessMetrics>();
        builder.Services.AddSingleton<AuditLog>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AuditLog>());
        builder.Services.AddSingleton<IPersonalData, Contacts>();
        builder.Services.Configure<PersonalDataOptions>(builder.Configuration.GetSection("PersonalData"));
        builder.Services.Configure<AccessOptions>(builder.Configuration.GetSection("Access"));
    }

    static void AddSubscribers(WebApplicationBuilder builder)
    {
        builder.Services.Configure<SubscriptionOptions>(builder.Configuration.GetSection("Subscriptions"));
        builder.Services.AddSingleton<LogTail>();
        builder.Services.AddSingleton<Wakeup>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Wakeup>());
        builder.Services.AddSingleton<SubscriberMetrics>();
        builder.Services.AddHostedService<LagWatch>();
        builder.AddWebhooks();
        builder.Services.AddBroker(builder.Configuration);
        builder.Services.AddSubscriber<LedgerSubscriber>();
        builder.Services.AddSubscriber<AnalyticsSubscriber>();
    }

    static void AddHealth(WebApplicationBuilder builder)
    {
        builder.Services.Configure<ShutdownOptions>(builder.Configuration.GetSection("Shutdown"));
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout = shutdown.Value.Drain + shutdown.Value.Grace);
        builder.Services.Configure<HealthOptions>(builder.Configuration.GetSection("Health"));
        builder.Services.AddSingleton<HealthWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HealthWatch>());
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<Leaving>();
    }

    static void AddTracking(WebApplicationBuilder builder)
    {
        builder.Services.Configure<TrackingOptions>(builder.Configuration.GetSection("Tracking"));
        builder.Services.AddSingleton<TrackTokens>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TrackTokens>());
        builder.Services.AddSingleton<TrackQueries>();
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveFeed>());
    }

    /// <summary>After tracking: services start in this order, and links need its key.</summary>
    static void AddNotifications(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrackingLink>(services =>
            services.GetRequiredService<IOptions<TrackingOptions>>().Value.PublicUrl is { Length: > 0 }
                ? order => services.GetRequiredService<TrackTokens>().Url(order)
                : _ => null);
        builder.Services.AddNotifications(builder.Configuration, builder.Environment.IsDevelopment());
    }

    static void AddUpkeep(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetentionOptions>().Bind(builder.Configuration.GetSection("Retention"))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RetentionOptions>>(services =>
            new RetentionRules(services.GetRequiredService<IOptions<WebhookOptions>>().Value.RetriesLast));
        builder.Services.AddSingleton<IChore, AcceptanceTimeouts>();
        builder.Services.AddSingleton<IChore, WaitingAcceptance>();
        builder.Services.AddSingleton<IChore, RequestExpiry>();
        builder.Services.AddSingleton<IChore, AdministrativeRequestExpiry>();
        builder.Services.AddSingleton<IChore, LogRetention>();
        builder.Services.AddSingleton<IChore, HistoryRetention>();
        builder.Services.Configure<ClockOptions>(builder.Configuration.GetSection("Clock"));
        builder.Services.AddSingleton<ClockMetrics>();
        builder.Services.AddSingleton<IChore, ClockCheck>();
        builder.Services.AddSingleton<IChore, PersonalDataExpiry>();
        builder.Services.AddHostedService<UpkeepLoop>();
    }

    static void AddWeb(WebApplicationBuilder builder)
    {
        var limits = builder.Configuration.GetSection("Limits").Get<LimitOptions>() ?? new();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = limits.Patience;
            kestrel.Limits.MinRequestBodyDataRate = new(limits.TrickleBytesPerSecond, limits.Patience);
        });
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            // Those that it accepts inherit it.
            socket.SendBufferSize = limits.SendBufferBytes;
            return socket;
        });
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            var strict = HttpJson.Default.Options;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, HttpJson.Default);
            options.SerializerOptions.UnmappedMemberHandling = strict.UnmappedMemberHandling;
            options.SerializerOptions.AllowDuplicateProperties = strict.AllowDuplicateProperties;
            options.SerializerOptions.RespectNullableAnnotations = strict.RespectNullableAnnotations;
            options.SerializerOptions.RespectRequiredConstructorParameters =
                strict.RespectRequiredConstructorParameters;
            options.SerializerOptions.NumberHandling = strict.NumberHandling;
            options.SerializerOptions.PropertyNameCaseInsensitive = false;
            options.SerializerOptions.DefaultIgnoreCondition = strict.DefaultIgnoreCondition;
            options.SerializerOptions.MaxDepth = strict.MaxDepth;
            // Indian names stay readable; the answers are application/json, never HTML.
            options.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            foreach (var converter in strict.Converters) options.SerializerOptions.Converters.Add(converter);
        });
    }
}
