using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Features.Sandbox;

namespace Tiffin.Tests.Support;

/// <summary>A server whose clock moves forward at a word, so that deadlines pass without waiting.</summary>
static class Sandbox
{
    public static Task<TestServer> Start(string? connectionString = null) =>
        TestServer.Start(connectionString, builder => builder.Configuration["Sandbox:Enabled"] = "true");

    /// <summary>Returns when everything that was due has happened.</summary>
    public static Task Advance(TestServer server, double minutes) =>
        MoveTo(server, Now(server).AddMinutes(minutes));

    public static Task MoveTo(TestServer server, DateTimeOffset time) =>
        server.Services.GetRequiredService<SandboxTime>().MoveTo(time, default);

    /// <summary>The time of orders and kitchens.</summary>
    public static DateTimeOffset Now(TestServer server) =>
        server.Services.GetRequiredService<Engine.Storage.Database>().Clock.Now;
}
