using System.Globalization;
using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>A step of the schema. <paramref name="Version"/> is the number in its name.</summary>
sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>Whether builds that do not know the migration work with its schema: its first line says so.</summary>
    public bool Expands => Sql.StartsWith("-- expand\n", StringComparison.Ordinal);
}

/// <summary>
/// Plain SQL migrations, applied in order under a lock, each in a transaction with its own record. None waits for a
/// table's lock for longer than a moment at a time, so that nodes continue to work (zero-downtime deployment).
/// </summary>
static class Migrator
{
    const string Folder = "Tiffin.Engine.Storage.Migrations.";
    const string Repeatable = "repeatable.";

    // Spells "tiffin" in ASCII; any number that no other program locks would do.
    const long LockKey = 0x74_69_66_66_69_6e;

    /// <summary>The role of the server: it owns nothing.</summary>
    public const string ApplicationRole = "tiffin_app";

    static readonly TimeSpan blockedMax = TimeSpan.FromMinutes(10);

    /// <summary>The version of the schema that this build expects.</summary>
    public static int Expected => Known[^1].Version;

    internal static IReadOnlyList<Migration> Known { get; } =
        [.. Files().Where(file => !file.Name.Contains(Repeatable, StringComparison.Ordinal))
            .Select(file => new Migration(
                int.Parse(file.Name.AsSpan(0, 4), CultureInfo.InvariantCulture), file.Name, file.Text))];

    // Functions before grants: grants refer to functions.
    static readonly (string Name, string Text)[] repeatable =
        [.. Files().Where(file => file.Name.Contains(Repeatable, StringComparison.Ordinal))];

    /// <summary>
    /// Brings the schema up to <see cref="Expected"/>; returns how many migrations were applied.
    /// <paramref name="report"/> is called with a line whenever another session holds a lock that a step needs.
    /// </summary>
    /// <exception cref="MigrationBlockedException">Another session has held such a lock for too long.</exception>
    public static Task<int> Migrate(
        string connectionString, Action<string>? report = null, CancellationToken cancel = default) =>
        Migrate(
            PrimaryHost.Only(connectionString), Known,
            new MigrationLocks(PrimaryHost.Only(connectionString), blockedMax, report), cancel);

    internal static async Task<int> Migrate(
        string connectionString, IReadOnlyList<Migration> migrations, MigrationLocks locks, CancellationToken cancel)
    {
        await using var _ = locks;
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        await Run(connection, MigrationLocks.SetUp, cancel);
        Task RunWithLocks(string what, Func<Task> attempt) => locks.Run(connection, what, attempt, cancel);
        await RunWithLocks("The migrator", () => Run(connection, $"SELECT pg_advisory_lock({LockKey})", cancel));
        await RunWithLocks("The table of migrations", () => Run(connection, """
            CREATE TABLE IF NOT EXISTS migrations (
                version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
            -- Older builds recorded the place of a migration in the list. Through negative numbers: they are unique.
            UPDATE migrations SET version = -substring(name FROM '^[0-9]{4}')::int
            WHERE version <> substring(name FROM '^[0-9]{4}')::int;
            UPDATE migrations SET version = -version WHERE version < 0;
            ALTER TABLE migrations ADD COLUMN IF NOT EXISTS expands boolean NOT NULL DEFAULT false
            """, cancel));
        var found = await Version(connection, cancel);
        if (found > migrations[^1].Version) throw new SchemaMismatchException(found, migrations[^1].Version);
        var pending = migrations.Where(migration => migration.Version > found).ToList();
        foreach (var migration in pending)
            await RunWithLocks($"Migration {migration.Name}", () => Apply(connection, migration, cancel));
        foreach (var (name, sql) in repeatable) await RunWithLocks(name, () => Run(connection, sql, cancel));
        return pending.Count;
    }

    /// <summary>
    /// Throws if this build does not work with the schema: an older one, or a newer one whose migrations do more than
    /// expand it.
    /// </summary>
    public static async Task Check(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        var exists = await Sql.SingleRow(
            connection, "SELECT to_regclass('migrations') IS NOT NULL", row => row.GetBoolean(0), cancel);
        var found = exists ? await Version(connection, cancel) : 0;
        if (found < Expected || (found > Expected && !await Expands(connection, cancel)))
            throw new SchemaMismatchException(found, Expected);
    }

    static async Task Apply(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Run(connection, migration.Sql, cancel);
        await Sql.Run(connection, "INSERT INTO migrations (version, name, expands) VALUES ($1, $2, $3)", cancel,
            Sql.P(migration.Version), Sql.P(migration.Name), Sql.P(migration.Expands));
        await transaction.CommitAsync(CancellationToken.None);
    }

    static Task<int> Version(NpgsqlConnection connection, CancellationToken cancel) => Sql.SingleRow(
        connection, "SELECT coalesce(max(version), 0) FROM migrations", row => row.GetInt32(0), cancel);

    // The column exists only after a build that has it has migrated the database.
    static Task<bool> Expands(NpgsqlConnection connection, CancellationToken cancel) => Sql.SingleRow(connection,
        "SELECT bool_and(coalesce((to_jsonb(m)->>'expands')::boolean, false)) FROM migrations m WHERE version > $1",
        row => row.GetBoolean(0), cancel, Sql.P(Expected));

    // Without a timeout: a step may take as long as it needs.
    static Task<int> Run(NpgsqlConnection connection, string sql, CancellationToken cancel) =>
        Sql.Run(connection, sql, timeoutSeconds: 0, cancel);

    // The embedded SQL files, ordered by name; names are relative to the folder.
    static IEnumerable<(string Name, string Text)> Files()
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Folder, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[Folder.Length..], reader.ReadToEnd());
        }
    }
}

sealed class SchemaMismatchException(int found, int expected) : Exception(
    found < expected
        ? $"The database's schema is at version {found}, this build expects {expected}. Run 'tiffin migrate' first."
        : $"The database's schema is at version {found}, newer than the {expected} of this build and not"
            + " compatible with it. Run a newer build.");
