using System.Text.Json.Serialization;
using Tiffin.Edge;

namespace Tiffin.Features.Access;

/// <summary>API keys, browser sessions and the audit log.</summary>
sealed class AccessFeature : Feature
{
    public override IEnumerable<ApiTag> Tags =>
        [new("Access", "API keys, browser sessions, paired devices and the audit log.")];

    public override JsonSerializerContext Json => AccessJson.Strict;

    public override void Map(WebApplication app)
    {
        app.MapKeys();
        app.MapSessions();
        app.MapAudit();
    }
}

[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(Page<KeyView>))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SignInMethodsView))]
[JsonSerializable(typeof(Page<AuditView>))]
sealed partial class AccessJson : JsonSerializerContext
{
    public static AccessJson Strict { get; } = new(StrictJson.Options());
}
