using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Tiffin.Edge.Access;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>Web server, authentication, rate limits, audit log and issued tokens.</summary>
static class EdgeServices
{
    public static void AddEdge(this WebApplicationBuilder builder, IReadOnlyList<Feature> features)
    {
        AddWebServer(builder);
        AddAccess(builder);
        AddTokens(builder);
        builder.Services.AddSingleton<Administration>();
        builder.Services.AddSingleton(
            new ProblemCatalogue([.. CommonProblems.All, .. features.SelectMany(feature => feature.Problems)]));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            StrictJson.Apply(options.SerializerOptions);
            foreach (var json in features.Select(feature => feature.Json).OfType<JsonSerializerContext>())
                options.SerializerOptions.TypeInfoResolverChain.Insert(0, json);
        });
    }

    public static void UseEdge(this WebApplication app)
    {
        app.UseProxies();
        app.UseSecurityHeaders();
        app.UseProblems();
        app.UseExactRoutes();
        app.UseConfiguredCors();
        // Before the gate: the callback of the issuer has no route.
        app.UseAuthentication();
        app.UseMiddleware<Gate>();
        app.UseJsonCharset();
        app.Services.GetRequiredService<ProblemCatalogue>().Map(app);
    }

    static void AddWebServer(WebApplicationBuilder builder)
    {
        var limits = Settings.Read<LimitOptions>(builder.Configuration, "Limits");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = limits.RequestTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new(limits.MinBodyBytesPerSecond, limits.RequestTimeout);
        });
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            // Inherited by accepted sockets.
            socket.SendBufferSize = limits.SendBufferBytes;
            return socket;
        });
    }

    static void AddAccess(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // Must start before Data Protection, which authentication adds and which derives its key from this one.
        services.AddHosted<MasterKey>();
        builder.AddSchemes();
        services.AddCors();
        builder.AddSettings<AccessOptions>("Access");
        builder.AddSettings<LimitOptions>("Limits");
        services.AddSingleton<SecretSeal>();
        // The name is an input of the key derivation; by default it is the program's path on this node.
        services.AddDataProtection().SetApplicationName("tiffin").DisableAutomaticKeyGeneration();
        services.AddSingleton<DerivedKeyRing>();
        services.AddOptions<KeyManagementOptions>().Configure<DerivedKeyRing>(
            (keys, ring) => keys.XmlRepository = ring);
        services.AddHosted<KeyRing>();
        services.AddHosted<EndedSessions>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<ReadBulkhead>();
        services.AddSingleton<AccessMetrics>();
        services.AddHosted<AuditLog>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<Authorizer>();
        services.AddSingleton<LoadShedder>();
        services.AddHistory<AccessOptions>("audit", options => options.AuditRetention);
    }

    static void AddTokens(WebApplicationBuilder builder)
    {
        builder.AddSettings<TrackingOptions>("Tracking");
        builder.Services.AddSingleton<TrackingTokens>();
        builder.Services.AddSingleton<HandoverSecrets>();
    }
}
