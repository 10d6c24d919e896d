using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Access;

public sealed record KeyRequest(
    Role Role, [property: MaxLength(KeyRules.TextMax)] string Label,
    [property: Description("Where a manager, a kitchen's screen or a courier works.")]
    IReadOnlyList<string>? Kitchens = null,
    [property: Description("The channel that is spoken for, or that a customer orders through.")]
    string? Channel = null,
    [property: Description("The courier's or the customer's own id; for others, who stays the same over several keys.")]
    [property: MaxLength(KeyRules.TextMax)]
    string? Subject = null, DateTimeOffset? ExpiresAt = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Kitchens, "kitchens");
}

[Description("An API key. The key itself is in the answer that made it, and nowhere else.")]
public sealed record KeyView(
    Guid Id, [property: Description("How the key begins.")] string Prefix, Role Role, string Subject, string Label,
    IReadOnlyList<string> Kitchens, string CreatedBy, DateTimeOffset CreatedAt, string? Channel = null,
    DateTimeOffset? ExpiresAt = null, DateTimeOffset? RevokedAt = null,
    [property: Description("Within half a minute.")] DateTimeOffset? LastUsedAt = null,
    [property: Description("Shown this once.")] string? Key = null)
{
    public static KeyView Of(KeyRow row, string? key = null) => new(
        row.Id, ApiKey.Start + row.Prefix, row.Caller.Role, row.Caller.Id, row.Label, [.. row.Caller.Kitchens],
        row.CreatedBy, row.CreatedAt, row.Caller.Channel, row.ExpiresAt, row.RevokedAt, row.LastUsedAt, key);
}
