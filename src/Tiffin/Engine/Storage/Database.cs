using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>Sessions on the PostgreSQL primary by purpose, the database's time, and the bounds of the log.</summary>
sealed class Database : IAsyncDisposable
{
    readonly DatabaseOptions options;
    readonly DatabasePools pools;
    readonly bool ownsPools;

    /// <summary>Uses pools that the caller disposes of.</summary>
    public Database(DatabasePools pools, TimeProvider clock, DatabaseOptions options)
    {
        Clock = new DatabaseClock(clock);
        (this.pools, this.options) = (pools, options);
    }

    public Database(string connectionString, TimeProvider? clock = null)
        : this(new DatabasePools(connectionString, new DatabaseOptions()), clock ?? TimeProvider.System, new()) =>
        ownsPools = true;

    /// <summary>First and last position of the event log, and the subscribers' checkpoints.</summary>
    public LogBounds Log { get; } = new();

    /// <summary>The database's time, used for all writes; measured whenever a writer's session is opened.</summary>
    public DatabaseClock Clock { get; }

    /// <summary>An unpooled session: closing the connection ends it.</summary>
    public async ValueTask<NpgsqlConnection> OpenWriter(CancellationToken cancel)
    {
        var connection = await pools.Write.Open(cancel);
        try
        {
            await Clock.Measure(connection, cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Size of the pool for requests.</summary>
    public int RequestConnections => pools.RequestConnections;

    /// <summary>For requests: reads, and small writes that need no durable transaction.</summary>
    public ValueTask<NpgsqlConnection> OpenRequest(CancellationToken cancel) => pools.Requests.Open(cancel);

    /// <summary>For readiness and metrics.</summary>
    public ValueTask<NpgsqlConnection> OpenHealth(CancellationToken cancel) => pools.Health.Open(cancel);

    /// <summary>For credentials, without which no caller can be authenticated, and for reading the audit.</summary>
    public ValueTask<NpgsqlConnection> OpenCredentials(CancellationToken cancel) => pools.Access.Open(cancel);

    /// <summary>For background work: webhook and notification senders, upkeep.</summary>
    public ValueTask<NpgsqlConnection> OpenBackground(CancellationToken cancel) => pools.Background.Open(cancel);

    /// <summary>For a subscriber, which keeps its session as long as it holds the lease.</summary>
    public ValueTask<NpgsqlConnection> OpenSubscriber(CancellationToken cancel) => pools.Subscribers.Open(cancel);

    /// <summary>
    /// Begins an administrative transaction, which succeeds only when it is durable. Disposing it without a COMMIT
    /// rolls it back.
    /// </summary>
    /// <param name="commitTimeout">Timeout of the COMMIT; null means <c>CommitTimeout</c>.</param>
    public async Task<DurableTransaction> Begin(CancellationToken cancel, TimeSpan? commitTimeout = null) =>
        await DurableTransaction.Begin(
            await pools.Administration.Open(cancel), commitTimeout ?? options.CommitTimeout, cancel);

    /// <summary>Runs <paramref name="change"/> in an administrative transaction and commits it.</summary>
    public async Task<T> Change<T>(
        Func<NpgsqlConnection, Task<T>> change, CancellationToken cancel, TimeSpan? commitTimeout = null)
    {
        await using var transaction = await Begin(cancel, commitTimeout);
        var result = await change(transaction.Connection);
        await transaction.Commit(cancel);
        return result;
    }

    public ValueTask DisposeAsync() => ownsPools ? pools.DisposeAsync() : ValueTask.CompletedTask;
}
