using System.Reflection;
using Npgsql;

namespace Tiffin.Storage;

/// <summary>Plain SQL migrations, applied in order under a lock, each in a transaction with its own record.</summary>
public static class Migrator
{
    /// <summary>Any number that nobody else on this database locks; it spells "tiffin" in ASCII.</summary>
    const long LockKey = 0x74_69_66_66_69_6e;

    /// <summary>The role of the server: it owns nothing.</summary>
    public const string ApplicationRole = "tiffin_app";

    /// <summary>The version of the schema that this build expects.</summary>
    public static int Expected => Scripts.Count;

    static IReadOnlyList<(int Version, string Name)> Scripts { get; } =
    [
        .. typeof(Migrator).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select((name, index) => (index + 1, name)),
    ];

    /// <summary>Brings the schema up to <see cref="Expected"/>; returns how many migrations were applied.</summary>
    public static async Task<int> Migrate(string connectionString, CancellationToken cancel = default)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        await Run(connection, $"SELECT pg_advisory_lock({LockKey})", cancel);
        await Run(connection, """
            CREATE TABLE IF NOT EXISTS migrations (
                version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
            """, cancel);
        var found = await Version(connection, cancel);
        if (found > Expected) throw new SchemaMismatchException(found, Expected);
        foreach (var (version, name) in Scripts.Skip(found))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await Run(connection, await Text(name, cancel), cancel);
            await using var record = new NpgsqlCommand(
                "INSERT INTO migrations (version, name) VALUES ($1, $2)", connection, transaction);
            record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            await record.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(CancellationToken.None);
        }
        await Run(connection, "SELECT grant_application()", cancel);
        return Expected - found;
    }

    /// <summary>Refuses to go on with a schema that this build was not made for.</summary>
    public static async Task Check(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var exists = new NpgsqlCommand("SELECT to_regclass('migrations') IS NOT NULL", connection);
        var found = (bool)(await exists.ExecuteScalarAsync(cancel))! ? await Version(connection, cancel) : 0;
        if (found != Expected) throw new SchemaMismatchException(found, Expected);
    }

    static async Task<int> Version(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM migrations", connection);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    static async Task<string> Text(string name, CancellationToken cancel)
    {
        await using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancel);
    }
}

public sealed class SchemaMismatchException(int found, int expected) : Exception(
    found < expected
        ? $"The database's schema is at version {found}, this build expects {expected}. Run 'tiffin migrate' first."
        : $"The database's schema is at version {found}, newer than the {expected} of this build. Run a newer build.");
