using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Support;

/// <summary>
/// A migrated database and a server's pools on it, reused by one test after the other: a copy of the template and its
/// thirteen sessions cost several times as much as an average test. A reused database is like new; one whose schema or
/// sessions a test has changed is discarded.
/// </summary>
sealed class RecycledDatabase
{
    static readonly ConcurrentQueue<RecycledDatabase> returned = [];
    static readonly ConcurrentDictionary<string, RecycledDatabase> taken = [];

    readonly NpgsqlConnection owner;
    DatabasePools? pools;
    bool isKept;

    RecycledDatabase(string connectionString, NpgsqlConnection owner) =>
        (ConnectionString, this.owner) = (connectionString, owner);

    /// <summary>The owner's connection string, which has more rights than the server's.</summary>
    public string ConnectionString { get; }

    public static async Task<RecycledDatabase> Take()
    {
        while (returned.TryDequeue(out var candidate))
        {
            if (await DatabaseReset.Run(candidate.owner))
                return taken[candidate.ConnectionString] = candidate;
            await candidate.Discard();
        }
        var connectionString = await PostgresFixture.CreateDatabase();
        var owner = await Session.Open(connectionString);
        return taken[connectionString] = new RecycledDatabase(connectionString, owner);
    }

    /// <summary>For a test that starts another server on the database; it is then not reused.</summary>
    public static void Keep(string connectionString)
    {
        if (taken.TryGetValue(connectionString, out var database)) database.isKept = true;
    }

    /// <summary>A server's pools, opened on first use.</summary>
    public DatabasePools PoolsOf(string connectionString) =>
        pools ??= new DatabasePools(
            connectionString, new DatabaseOptions { IdleTransactionTimeout = Eventually.Patience });

    public async Task Return()
    {
        taken.TryRemove(ConnectionString, out _);
        if (isKept) await Discard();
        else returned.Enqueue(this);
    }

    async Task Discard()
    {
        await owner.DisposeAsync();
        if (pools is not null) await pools.DisposeAsync();
    }
}
