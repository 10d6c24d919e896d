using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Access;

sealed record KeyRequest(
    Role Role, [property: MaxLength(KeyRules.TextMax)] string Label,
    [property: Description("The kitchens that a manager, a kitchen display or a courier works in.")]
    IReadOnlyList<string>? Kitchens = null,
    [property: Description("The channel that the key acts for, or through which the customer orders.")]
    string? Channel = null,
    [property: Description("The id of the courier or customer. For other roles, an identity that several keys can "
        + "share, as in a rotation.")]
    [property: MaxLength(KeyRules.TextMax)]
    string? Subject = null, DateTimeOffset? ExpiresAt = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Kitchens, "kitchens");
}

[Description("An API key. The key itself is only in the response that created it.")]
sealed record KeyView(
    Guid Id,
    [property: Description("The start of the key, which identifies it in lists and logs.")] string Prefix,
    Role Role, string Subject, string Label, IReadOnlyList<string> Kitchens, string CreatedBy, DateTimeOffset CreatedAt,
    string? Channel = null,
    DateTimeOffset? ExpiresAt = null, DateTimeOffset? RevokedAt = null,
    [property: Description("Accurate to 30 seconds.")] DateTimeOffset? LastUsedAt = null,
    [property: Description("The key. Only in the response that created it.")] string? Key = null,
    [property: Description("True for a paired device, which uses its key through the session of its browser only.")]
    bool? IsDevice = null)
{
    public static KeyView Of(KeyRow row, string? key = null) => new(
        row.Id, ApiKey.Start + row.Prefix, row.Caller.Role, row.Caller.Id, row.Label, [.. row.Caller.Kitchens],
        row.CreatedBy, row.CreatedAt, row.Caller.Channel, row.ExpiresAt, row.RevokedAt, row.LastUsedAt, key,
        row.IsDevice ? true : null);
}
