using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Notifications;

/// <summary>E-mail addresses that receive the kitchens' low-stock alerts.</summary>
static class AlertAddresses
{
    public static async Task<string?> Of(Database database, string kitchen, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await FirstRow(connection, "SELECT email FROM alert_addresses WHERE kitchen = $1",
            row => row.GetString(0), cancel, P(kitchen));
    }

    /// <summary>False if the kitchen does not exist.</summary>
    public static async Task<bool> Set(
        Database database, string kitchen, string email, CancellationToken cancel) =>
        await database.Change(connection => Run(connection, """
            INSERT INTO alert_addresses (kitchen, email) SELECT id, $2 FROM kitchens WHERE id = $1
            ON CONFLICT (kitchen) DO UPDATE SET email = excluded.email
            """, cancel, P(kitchen), P(email)), cancel) == 1;

    /// <summary>Also drops the kitchen's pending alerts. Idempotent.</summary>
    public static Task Remove(Database database, string kitchen, CancellationToken cancel) =>
        database.Change(connection => Run(connection, """
            WITH dropped AS (DELETE FROM alerts_pending WHERE kitchen = $1)
            DELETE FROM alert_addresses WHERE kitchen = $1
            """, cancel, P(kitchen)), cancel);
}
