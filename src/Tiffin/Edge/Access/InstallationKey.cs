using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>
/// The installation's one key, of which every other is derived: <c>Tiffin:MasterKey</c>, 32 bytes in base64. When it is
/// not configured, one is made once and kept in the database; then who has a copy of the database has the key too.
/// </summary>
public sealed class InstallationKey(Database database, IConfiguration configuration)
{
    public const string Setting = "Tiffin:MasterKey";
    const int Length = 32;

    volatile byte[]? known;

    /// <summary>
    /// The 32 bytes for one purpose, the same on every node. Different purposes tell nothing of each other.
    /// </summary>
    public async ValueTask<byte[]> Derive(string purpose, CancellationToken cancel)
    {
        known ??= Configured() ?? await Kept(cancel);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, known, Length, info: Encoding.UTF8.GetBytes(purpose));
    }

    static async Task<byte[]?> Read(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, "SELECT value FROM secrets WHERE name = 'installation'");
        return (byte[]?)await command.ExecuteScalarAsync(cancel);
    }

    byte[]? Configured()
    {
        if (configuration[Setting] is not { Length: > 0 } text) return null;
        var key = new byte[Length];
        return Convert.TryFromBase64String(text, key, out var length) && length == Length
            ? key
            : throw new InvalidOperationException(
                $"{Setting} must be {Length} bytes in base64, such as `openssl rand -base64 {Length}` prints.");
    }

    async Task<byte[]> Kept(CancellationToken cancel)
    {
        await using (var connection = await database.OpenAccess(cancel))
            if (await Read(connection, cancel) is { } kept) return kept;
        // What is sealed with a key that a failover takes back can never be opened again.
        return await database.Change(async connection =>
        {
            // Of nodes that start at once, one makes the key; all read that one.
            await Run(connection,
                "INSERT INTO secrets (name, value) VALUES ('installation', $1) ON CONFLICT DO NOTHING", cancel,
                P(RandomNumberGenerator.GetBytes(Length)));
            return (await Read(connection, cancel))!;
        }, cancel);
    }
}
