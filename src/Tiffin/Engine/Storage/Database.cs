using System.Diagnostics;
using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Connections to the PostgreSQL primary: the writer's session, and a pool per purpose. The pools are bulkheads: when
/// slow requests exhaust theirs, health checks, subscribers and administration still work.
/// </summary>
sealed class Database : IAsyncDisposable
{
    const string PoolSizeKey = "Maximum Pool Size";

    readonly DatabaseOptions options;
    readonly PrimarySource write;
    readonly PrimarySource requests;
    readonly PrimarySource health;
    readonly PrimarySource access;
    readonly PrimarySource administration;
    readonly PrimarySource subscribers;
    readonly PrimarySource background;

    public Database(string connectionString, TimeProvider? clock = null, DatabaseOptions? options = null)
    {
        Clock = new DatabaseClock(clock ?? TimeProvider.System);
        this.options = options ??= new DatabaseOptions();
        write = Build("write", connectionString, settings =>
        {
            settings.Multiplexing = false;
            settings.Pooling = false;
            // A COMMIT is never cancelled: Npgsql would report success for one that a failover then loses.
            settings.CancellationTimeout = -1;
            settings.CommandTimeout = 0;
            // After a session breaks, the driver considers the host down for this long, even if a bad row was the
            // cause. The writer opens few sessions and must be able to open the next at once.
            settings.HostRecheckSeconds = 0;
        }, Limits + KeyPlans);
        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        var total = given.ContainsKey(PoolSizeKey)
            ? new NpgsqlConnectionStringBuilder(connectionString).MaxPoolSize
            : (int?)null;
        RequestConnections = options.RequestConnections(total);
        requests = Pool("requests", connectionString, RequestConnections);
        health = Pool("health", connectionString, options.HealthConnections);
        access = Pool("access", connectionString, options.AccessConnections);
        administration = Pool("administration", connectionString, options.AdministrationConnections);
        subscribers = Pool("subscribers", connectionString, options.SubscriberConnections);
        background = Pool("background", connectionString, options.BackgroundConnections);
    }

    /// <summary>First and last position of the event log, and the subscribers' checkpoints.</summary>
    public LogBounds Log { get; } = new();

    /// <summary>The database's time, used for all writes; measured whenever a writer's session is opened.</summary>
    public DatabaseClock Clock { get; }

    /// <summary>An unpooled session: closing the connection ends it.</summary>
    public async ValueTask<NpgsqlConnection> OpenWriter(CancellationToken cancel)
    {
        var connection = await write.Open(cancel);
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
    public int RequestConnections { get; }

    /// <summary>For read requests.</summary>
    public ValueTask<NpgsqlConnection> OpenReader(CancellationToken cancel) => requests.Open(cancel);

    /// <summary>For readiness and metrics.</summary>
    public ValueTask<NpgsqlConnection> OpenHealth(CancellationToken cancel) => health.Open(cancel);

    /// <summary>For reading credentials, without which no caller can be authenticated, and the audit.</summary>
    public ValueTask<NpgsqlConnection> OpenAccess(CancellationToken cancel) => access.Open(cancel);

    /// <summary>For background work: webhook and notification senders, upkeep.</summary>
    public ValueTask<NpgsqlConnection> OpenBackground(CancellationToken cancel) => background.Open(cancel);

    /// <summary>For LISTEN, which is bound to its session and therefore cannot be pooled.</summary>
    public ValueTask<NpgsqlConnection> OpenListener(CancellationToken cancel) => OpenWriter(cancel);

    /// <summary>For a subscriber, which keeps its session as long as it holds the lease.</summary>
    public ValueTask<NpgsqlConnection> OpenSubscriber(CancellationToken cancel) => subscribers.Open(cancel);

    /// <summary>
    /// Begins an administrative transaction, which succeeds only when it is durable. Disposing it without a COMMIT
    /// rolls it back.
    /// </summary>
    /// <param name="commitTimeout">Timeout of the COMMIT; null means <c>CommitTimeout</c>.</param>
    public async Task<DurableTransaction> Begin(CancellationToken cancel, TimeSpan? commitTimeout = null) =>
        await DurableTransaction.Begin(
            await administration.Open(cancel), commitTimeout ?? options.CommitTimeout, cancel);

    /// <summary>Runs <paramref name="change"/> in an administrative transaction and commits it.</summary>
    public async Task<T> Change<T>(
        Func<NpgsqlConnection, Task<T>> change, CancellationToken cancel, TimeSpan? commitTimeout = null)
    {
        await using var transaction = await Begin(cancel, commitTimeout);
        var result = await change(transaction.Connection);
        await transaction.Commit(cancel);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in new[] { write, requests, health, access, administration, subscribers, background })
            await source.DisposeAsync();
    }

    static PrimarySource Pool(string name, string connectionString, int size) =>
        Build(name, connectionString, settings =>
        {
            settings.CommandTimeout = 5;
            settings.MaxPoolSize = size;
            settings.MinPoolSize = Math.Min(settings.MinPoolSize, size);
            // Pooled sessions keep no state that must be reset, and a reset would discard the limits below.
            settings.NoResetOnClose = true;
        }, Limits);

    static PrimarySource Build(
        string name, string connectionString, Action<NpgsqlConnectionStringBuilder> adjust, string setUp)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Shows the purpose of each session in pg_stat_activity.
            ApplicationName = $"tiffin {name}",
            HostRecheckSeconds = 1,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 5,
            TcpKeepAliveInterval = 1,
        };
        // The operator's settings take precedence, for example Max Auto Prepare=0 behind a pooler without prepared
        // statements.
        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        if (!given.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!given.ContainsKey("Timeout")) settings.Timeout = 3;
        settings.AutoPrepareMinUsages = 2;
        adjust(settings);
        // The name is the pool's label in metrics; the default would be the connection string.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        // The schema has no types of its own. Reading all of the catalogue's would cost each pool's first session, also
        // after a failover, more than all other statements of a start.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        // Polling belongs to no request: its spans would drown the traces of requests.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null));
        builder.UsePhysicalConnectionInitializer(
            connection => SetUp(connection, setUp), connection => SetUpAsync(connection, setUp));
        return new PrimarySource(builder.BuildMultiHost(), TimeSpan.FromSeconds(settings.HostRecheckSeconds));
    }

    // Releases the locks of a hung node within seconds.
    const string Limits = """
        SET idle_in_transaction_session_timeout = '3s';
        SET lock_timeout = '10s';
        SET client_connection_check_interval = '1s';
        SET tcp_user_timeout = '5s';
        SET tcp_keepalives_idle = 5;
        SET tcp_keepalives_interval = 1;
        SET tcp_keepalives_count = 3;
        """;

    // A batch's statements find rows by key. Planning each execution costs more than running it, and a generic plan
    // that was made while the tables were empty must not scan them sequentially, nor collect all rows of a key to sort
    // out a few.
    // https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE
    const string KeyPlans = """
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        SET enable_bitmapscan = off;
        SET jit = off;
        """;

    // Without a limit, a connection that goes silent during set-up would block the writer.
    const int SetUpSeconds = 3;

    static void SetUp(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SetUpSeconds };
        command.ExecuteNonQuery();
    }

    static async Task SetUpAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SetUpSeconds };
        await command.ExecuteNonQueryAsync();
    }
}
