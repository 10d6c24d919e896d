using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Devices;

/// <summary>A pairing that a manager has confirmed.</summary>
sealed record ConfirmedPairing(string Kitchen, string Name, string ConfirmedBy);

static class PairingTable
{
    /// <summary>
    /// Null if a limit of open pairings is reached or the code is in use. Concurrent requests may exceed the limit by
    /// their number.
    /// </summary>
    public static async Task<DateTimeOffset?> Insert(
        NpgsqlConnection connection, byte[] secretHash, byte[] codeHash, string address, TimeSpan lifetime,
        DeviceOptions limits, CancellationToken cancel) =>
        (await Rows(connection, """
            INSERT INTO device_pairings (secret_hash, code_hash, address, expires_at)
            SELECT $1, $2, $3, now() + $4
            FROM (SELECT count(*) AS of_all, count(*) FILTER (WHERE address = $3) AS of_address
                FROM device_pairings WHERE expires_at > now()) open
            WHERE open.of_all < $5 AND open.of_address < $6
            ON CONFLICT (code_hash) DO NOTHING RETURNING expires_at
            """, row => (DateTimeOffset?)row.Time(0), cancel, P(secretHash), P(codeHash), P(address), P(lifetime),
            P(limits.OpenPairingsMax), P(limits.OpenPairingsPerAddressMax))).SingleOrDefault();

    /// <summary>False if no such code is open. Idempotent.</summary>
    public static async Task<bool> Confirm(
        NpgsqlConnection connection, byte[] codeHash, ConfirmedPairing pairing, CancellationToken cancel) =>
        await Run(connection, """
            UPDATE device_pairings SET kitchen = $2, name = $3, confirmed_by = $4
            WHERE code_hash = $1 AND expires_at > now()
                AND (confirmed_by IS NULL OR (kitchen, name, confirmed_by) = ($2, $3, $4))
            """, cancel, P(codeHash), P(pairing.Kitchen), P(pairing.Name), P(pairing.ConfirmedBy)) == 1;

    /// <summary>Whether the pairing of a secret is confirmed; null if it is not open.</summary>
    public static async Task<bool?> IsConfirmed(
        NpgsqlConnection connection, byte[] secretHash, CancellationToken cancel) =>
        (await Rows(connection, """
            SELECT confirmed_by IS NOT NULL FROM device_pairings WHERE secret_hash = $1 AND expires_at > now()
            """, row => (bool?)row.GetBoolean(0), cancel, P(secretHash))).SingleOrDefault();

    /// <summary>Ends a confirmed pairing; null if it is not open.</summary>
    public static Task<ConfirmedPairing?> Claim(
        NpgsqlConnection connection, byte[] secretHash, CancellationToken cancel) => FirstRow(connection, """
            DELETE FROM device_pairings WHERE secret_hash = $1 AND expires_at > now() AND confirmed_by IS NOT NULL
            RETURNING kitchen, name, confirmed_by
            """, row => new ConfirmedPairing(row.GetString(0), row.GetString(1), row.GetString(2)), cancel,
            P(secretHash));

    public static Task<int> DeleteExpired(NpgsqlConnection connection, CancellationToken cancel) =>
        Run(connection, "DELETE FROM device_pairings WHERE expires_at <= now()", cancel);
}
