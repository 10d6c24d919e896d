using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Holds endpoints to what the keys of their owners are good for now: an owner without one is sent nothing more, and a
/// manager whose keys name fewer kitchens than before nothing of the others. Whoever came with a token of the issuer's
/// has no key to lose.
/// </summary>
static class OwnersAccess
{
    const string Keys = """
        (SELECT kitchens, revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) AS is_good FROM api_keys
        WHERE role = w.owner_role AND subject = w.owner_id AND channel IS NOT DISTINCT FROM w.owner_channel)
        """;

    /// <summary>The enabled ones of a sender whose owner has lost their last key.</summary>
    public static Task<List<Webhook>> Ended(NpgsqlConnection connection, Guid sender, CancellationToken cancel) =>
        WebhookTable.Read(Command(connection, $"""
            SELECT {WebhookTable.Columns} FROM webhook_endpoints w WHERE enabled AND sender = $1
                AND (SELECT bool_or(k.is_good) FROM {Keys} k) = false
            """, P(sender)), cancel);

    public static Task Narrow(NpgsqlConnection connection, CancellationToken cancel) => Run(connection, $"""
        UPDATE webhook_endpoints w SET owner_kitchens = ARRAY(
            SELECT unnest(owner_kitchens) INTERSECT SELECT unnest(k.kitchens) FROM {Keys} k WHERE k.is_good)
        WHERE enabled AND owner_kitchens IS NOT NULL
            AND (SELECT bool_or(k.is_good) FROM {Keys} k)
            AND NOT owner_kitchens <@ ARRAY(SELECT unnest(k.kitchens) FROM {Keys} k WHERE k.is_good)
        """, cancel);
}
