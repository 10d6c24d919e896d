using Npgsql;
using Tiffin.Edge.Access;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Applies changes of the owners' API keys to their endpoints: without a valid key an endpoint is disabled, and a
/// manager whose keys cover fewer kitchens gets no more events of the others. Owners who signed in with a token of the
/// OIDC issuer have no API key and are not affected by this check.
/// </summary>
static class OwnerKeys
{
    static readonly string keysSql = KeyTable.CallerKeysSql("w.owner_role", "w.owner_id", "w.owner_channel");

    /// <summary>The sender's enabled endpoints whose owner has no valid key left.</summary>
    public static Task<List<Webhook>> WithoutValidKey(
        NpgsqlConnection connection, Guid sender, CancellationToken cancel) =>
        Rows(connection, $"""
            SELECT {WebhookTable.Columns} FROM webhook_endpoints w WHERE enabled AND sender = $1
                AND (SELECT bool_or(k.is_valid) FROM {keysSql} k) = false
            """, WebhookTable.Read, cancel, P(sender));

    public static Task RestrictKitchens(NpgsqlConnection connection, CancellationToken cancel) => Run(connection, $"""
        UPDATE webhook_endpoints w SET owner_kitchens = ARRAY(
            SELECT unnest(owner_kitchens) INTERSECT SELECT unnest(k.kitchens) FROM {keysSql} k WHERE k.is_valid)
        WHERE enabled AND owner_kitchens IS NOT NULL
            AND (SELECT bool_or(k.is_valid) FROM {keysSql} k)
            AND NOT owner_kitchens <@ ARRAY(SELECT unnest(k.kitchens) FROM {keysSql} k WHERE k.is_valid)
        """, cancel);
}
