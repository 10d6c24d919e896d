using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Devices;

/// <summary>Kitchen screens that a manager pairs with a code, and that stay signed in for months.</summary>
sealed class DevicesFeature : Feature
{
    static readonly TimeSpan lifetimeMax = TimeSpan.FromDays(400);

    public override void Add(WebApplicationBuilder builder)
    {
        builder.AddSettings<DeviceOptions>("Devices")
            .Validate(options => options.CredentialLifetime is var set && set > TimeSpan.Zero && set <= lifetimeMax,
                $"Devices:CredentialLifetime must be positive and at most {lifetimeMax.TotalDays} days, "
                + "the longest that browsers keep a cookie.");
        builder.Services.AddSingleton<PairingCode>();
        builder.Services.AddSingleton<IChore, PairingExpiry>();
    }

    public override JsonSerializerContext Json => DevicesJson.Strict;

    public override IEnumerable<ProblemPage> Problems =>
    [
        new(PairingEndpoints.TooManyPairings(new DeviceOptions()),
            "Each request for a pairing code opens a pairing for ten minutes, and too many of them are open.",
            "Use a code that a screen shows, or retry after the delay in Retry-After."),
    ];

    public override void Map(WebApplication app)
    {
        app.MapPairings();
        app.MapDevices();
    }
}

[JsonSerializable(typeof(PairingView))]
[JsonSerializable(typeof(PairingConfirmation))]
[JsonSerializable(typeof(PairingClaim))]
[JsonSerializable(typeof(DeviceSessionView))]
[JsonSerializable(typeof(Page<DeviceView>))]
sealed partial class DevicesJson : JsonSerializerContext
{
    public static DevicesJson Strict { get; } = new(StrictJson.Options());
}
