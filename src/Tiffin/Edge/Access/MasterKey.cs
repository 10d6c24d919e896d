using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>
/// The master key, from which all other keys are derived: <c>Tiffin:MasterKey</c>, 32 bytes in base64. If it is not
/// configured, one is generated and stored in the database, so every copy of the database contains it.
/// </summary>
sealed class MasterKey(Database database, IConfiguration configuration) : IHostedService
{
    public const string Setting = "Tiffin:MasterKey";
    const int Length = 32;

    volatile byte[]? master;

    public async Task StartAsync(CancellationToken cancellationToken) =>
        master = Configured() ?? await LoadOrCreate(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Derives the 32-byte key for a purpose, the same on every node. Keys of different purposes are independent.
    /// </summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        master ?? throw new InvalidOperationException(
            $"The key for '{purpose}' was requested before the master key was read: {nameof(MasterKey)} must start "
            + "first."),
        Length, info: Encoding.UTF8.GetBytes(purpose));

    static Task<byte[]?> Read(NpgsqlConnection connection, CancellationToken cancel) => FirstRow(connection,
        "SELECT value FROM secrets WHERE name = 'installation'", row => row.GetFieldValue<byte[]>(0), cancel);

    byte[]? Configured()
    {
        if (configuration[Setting] is not { Length: > 0 } text) return null;
        var key = new byte[Length];
        return Convert.TryFromBase64String(text, key, out var length) && length == Length
            ? key
            : throw new InvalidSettingException(
                $"{Setting} must be {Length} bytes in base64, such as the output of `openssl rand -base64 {Length}`.");
    }

    async Task<byte[]> LoadOrCreate(CancellationToken cancel)
    {
        await using (var connection = await database.OpenCredentials(cancel))
            if (await Read(connection, cancel) is { } kept) return kept;
        // Must survive a failover: data encrypted with a lost key could never be decrypted.
        return await database.Change(async connection =>
        {
            // If several nodes start at once, one inserts its key, and all read that one.
            await Run(connection,
                "INSERT INTO secrets (name, value) VALUES ('installation', $1) ON CONFLICT DO NOTHING", cancel,
                P(RandomNumberGenerator.GetBytes(Length)));
            return (await Read(connection, cancel))!;
        }, cancel);
    }
}
