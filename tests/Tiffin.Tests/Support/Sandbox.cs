using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Features.Sandbox;

namespace Tiffin.Tests.Support;

/// <summary>A server whose clock the test moves forward, so that deadlines pass without waiting.</summary>
static class Sandbox
{
    public static Task<TestServer> Start(string? connectionString = null) =>
        TestServer.Start(connectionString, builder => builder.Configuration["Sandbox:Enabled"] = "true");

    /// <summary>Returns when every chore that follows the clock has run, also at each deadline on the way.</summary>
    public static Task Advance(TestServer server, double minutes) =>
        MoveTo(server, Now(server).AddMinutes(minutes));

    public static Task MoveTo(TestServer server, DateTimeOffset time) =>
        server.Services.GetRequiredService<SandboxClockControl>().MoveTo(time, default);

    /// <summary>The current time for orders and kitchens.</summary>
    public static DateTimeOffset Now(TestServer server) =>
        server.Services.GetRequiredService<Engine.Storage.Database>().Clock.Now;
}
