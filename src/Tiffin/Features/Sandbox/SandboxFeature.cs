using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Sandbox;

/// <summary>
/// A clock that an administrator moves forward, for integration tests. Without <c>Sandbox:Enabled</c>, neither the
/// clock nor its route exists.
/// </summary>
sealed class SandboxFeature : Feature
{
    public override IEnumerable<ApiTag> Tags =>
        [new("Sandbox", "The clock of an installation for tests of integrations.")];

    public override JsonSerializerContext Json => SandboxJson.Strict;

    public override void Add(WebApplicationBuilder builder)
    {
        builder.AddSettings<SandboxOptions>("Sandbox");
        if (!IsEnabled(builder.Configuration)) return;
        builder.Services
            .AddSingleton<SandboxClock>()
            .AddSingleton<TimeProvider>(all => all.GetRequiredService<SandboxClock>())
            .AddSingleton<SandboxClockControl>()
            .AddHostedService<SandboxFollower>();
    }

    public override void Map(WebApplication app)
    {
        if (IsEnabled(app.Configuration)) app.MapSandbox();
    }

    static bool IsEnabled(IConfiguration configuration) =>
        Settings.Read<SandboxOptions>(configuration, "Sandbox").Enabled;
}

/// <summary>The section <c>Sandbox</c>.</summary>
sealed class SandboxOptions
{
    /// <summary>Adds a clock that administrators can move forward. Never enable it where orders are real.</summary>
    public bool Enabled { get; set; }
}

[JsonSerializable(typeof(ClockBody))]
sealed partial class SandboxJson : JsonSerializerContext
{
    public static SandboxJson Strict { get; } = new(StrictJson.Options());
}
