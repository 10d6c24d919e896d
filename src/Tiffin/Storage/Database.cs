using System.Diagnostics;
using Npgsql;

namespace Tiffin.Storage;

/// <summary>
/// The ways into PostgreSQL, all to the primary: the writer's session, and a pool for each purpose. The pools are
/// bulkheads: slow requests that take every session of theirs leave health, subscribers and administration working.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    const string PoolSizeKey = "Maximum Pool Size";

    readonly DatabaseOptions options;
    readonly NpgsqlMultiHostDataSource write;
    readonly NpgsqlMultiHostDataSource requests;
    readonly NpgsqlMultiHostDataSource health;
    readonly NpgsqlMultiHostDataSource access;
    readonly NpgsqlMultiHostDataSource administration;
    readonly NpgsqlMultiHostDataSource subscribers;
    readonly NpgsqlMultiHostDataSource background;

    public Database(string connectionString, TimeProvider? clock = null, DatabaseOptions? options = null)
    {
        Clock = new DatabaseClock(clock ?? TimeProvider.System);
        this.options = options ??= new DatabaseOptions();
        write = Build("write", connectionString, settings =>
        {
            settings.Multiplexing = false;
            settings.Pooling = false;
            // A COMMIT is never cancelled: Npgsql would report success for one that a fail-over then loses.
            settings.CancellationTimeout = -1;
            settings.CommandTimeout = 0;
            // The driver takes a host for down for this long after a session broke, even if a bad row broke it. The
            // writer opens few sessions and must not wait to open the next.
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

    /// <summary>Where the log begins and ends.</summary>
    public LogBounds Log { get; } = new();

    /// <summary>The time by which everything is written, measured whenever a writer's session begins.</summary>
    public DatabaseClock Clock { get; }

    /// <summary>A session of its own for the one writer; it is not pooled, so closing it ends it.</summary>
    public async ValueTask<NpgsqlConnection> OpenWriter(CancellationToken cancel)
    {
        var connection = await Open(write, cancel);
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

    /// <summary>Sessions that requests have together.</summary>
    public int RequestConnections { get; }

    /// <summary>For a request that reads.</summary>
    public ValueTask<NpgsqlConnection> OpenReader(CancellationToken cancel) => Open(requests, cancel);

    /// <summary>For readiness and metrics, independent of the load of requests.</summary>
    public ValueTask<NpgsqlConnection> OpenHealth(CancellationToken cancel) => Open(health, cancel);

    /// <summary>For reading credentials and the audit, without which no caller gets in.</summary>
    public ValueTask<NpgsqlConnection> OpenAccess(CancellationToken cancel) => Open(access, cancel);

    /// <summary>For background work: senders and housekeeping.</summary>
    public ValueTask<NpgsqlConnection> OpenBackground(CancellationToken cancel) => Open(background, cancel);

    /// <summary>For LISTEN, which lives as long as its session.</summary>
    public ValueTask<NpgsqlConnection> OpenListener(CancellationToken cancel) => OpenWriter(cancel);

    /// <summary>For a reader of the log, which keeps its session for as long as it leads.</summary>
    public ValueTask<NpgsqlConnection> OpenSubscriber(CancellationToken cancel) => Open(subscribers, cancel);

    /// <summary>
    /// Begins an administrative change that succeeds only when it is durable. Disposing it without a COMMIT rolls back.
    /// </summary>
    /// <param name="patience">How long to wait for the COMMIT; without, as configured for requests.</param>
    public async Task<DurableTransaction> Begin(CancellationToken cancel, TimeSpan? patience = null) =>
        await DurableTransaction.Begin(
            await Open(administration, cancel), patience ?? options.CommitPatience, cancel);

    /// <summary>One administrative change: <paramref name="change"/> and its COMMIT.</summary>
    public async Task<T> Change<T>(
        Func<NpgsqlConnection, Task<T>> change, CancellationToken cancel, TimeSpan? patience = null)
    {
        await using var transaction = await Begin(cancel, patience);
        var result = await change(transaction.Connection);
        await transaction.Commit(cancel);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in new[] { write, requests, health, access, administration, subscribers, background })
            await source.DisposeAsync();
    }

    static ValueTask<NpgsqlConnection> Open(NpgsqlMultiHostDataSource source, CancellationToken cancel) =>
        source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);

    static NpgsqlMultiHostDataSource Pool(string name, string connectionString, int size) =>
        Build(name, connectionString, settings =>
        {
            settings.CommandTimeout = 5;
            settings.MaxPoolSize = size;
            settings.MinPoolSize = Math.Min(settings.MinPoolSize, size);
            // A reader leaves nothing behind that needs cleaning up, and the limits below must outlive a loan.
            settings.NoResetOnClose = true;
        }, Limits);

    static NpgsqlMultiHostDataSource Build(
        string name, string connectionString, Action<NpgsqlConnectionStringBuilder> adjust, string setUp)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // pg_stat_activity shows what each session is for.
            ApplicationName = $"tiffin {name}",
            HostRecheckSeconds = 1,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 5,
            TcpKeepAliveInterval = 1,
        };
        // What the operator sets wins: behind a pooler without prepared statements, Max Auto Prepare is 0.
        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        if (!given.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!given.ContainsKey("Timeout")) settings.Timeout = 3;
        settings.AutoPrepareMinUsages = 2;
        adjust(settings);
        // The name stands in metrics, in place of the connection string.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        // Whoever polls does so for nobody in particular: it would bury the traces of requests.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null));
        builder.UsePhysicalConnectionInitializer(
            connection => SetUp(connection, setUp), connection => SetUpAsync(connection, setUp));
        return builder.BuildMultiHost();
    }

    /// <summary>Bounds what a hung node can hold: its locks go within seconds, whatever it was doing.</summary>
    const string Limits = """
        SET idle_in_transaction_session_timeout = '3s';
        SET lock_timeout = '10s';
        SET client_connection_check_interval = '1s';
        SET tcp_user_timeout = '5s';
        SET tcp_keepalives_idle = 5;
        SET tcp_keepalives_interval = 1;
        SET tcp_keepalives_count = 3;
        """;

    /// <summary>
    /// A batch's statements find rows by their keys, however many: planning each anew costs more than running it, and
    /// a plan that was made while the tables were empty must not be to read them whole.
    /// https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE
    /// </summary>
    const string KeyPlans = """
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        SET jit = off;
        """;

    /// <summary>A connection that goes silent while it is set up must not hang the writer.</summary>
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
