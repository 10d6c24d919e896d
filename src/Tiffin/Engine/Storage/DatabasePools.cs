using System.Diagnostics;
using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The writer's sessions, which are not pooled, and a pool per purpose. The pools are bulkheads: when slow requests
/// exhaust theirs, health checks, subscribers and administration still work.
/// </summary>
sealed class DatabasePools : IAsyncDisposable
{
    const string PoolSizeKey = "Maximum Pool Size";

    public DatabasePools(string connectionString, DatabaseOptions options)
    {
        var limits = $"""
            SET idle_in_transaction_session_timeout = {options.IdleTransactionTimeout.TotalMilliseconds:0};
            {Limits}
            """;
        Write = Build("write", connectionString, settings =>
        {
            settings.Multiplexing = false;
            settings.Pooling = false;
            // A COMMIT is never cancelled: Npgsql would report success for one that a failover then loses.
            settings.CancellationTimeout = -1;
            settings.CommandTimeout = 0;
            // After a session breaks, the driver considers the host down for this long, even if a bad row was the
            // cause. The writer opens few sessions and must be able to open the next at once.
            settings.HostRecheckSeconds = 0;
        }, limits + PlannerSettings);
        var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        var total = given.ContainsKey(PoolSizeKey)
            ? new NpgsqlConnectionStringBuilder(connectionString).MaxPoolSize
            : (int?)null;
        RequestConnections = options.RequestConnections(total);
        Requests = Pool("requests", RequestConnections);
        Health = Pool("health", options.HealthConnections);
        Access = Pool("access", options.AccessConnections);
        Administration = Pool("administration", options.AdministrationConnections);
        Subscribers = Pool("subscribers", options.SubscriberConnections);
        Background = Pool("background", options.BackgroundConnections);

        PrimarySource Pool(string name, int size) => Build(name, connectionString, settings =>
        {
            settings.MaxPoolSize = size;
            settings.MinPoolSize = Math.Min(settings.MinPoolSize, size);
            // Pooled sessions keep no state that must be reset, and a reset would discard the limits below.
            settings.NoResetOnClose = true;
        }, limits);
    }

    /// <summary>Size of the pool for requests.</summary>
    public int RequestConnections { get; }

    public PrimarySource Write { get; }
    public PrimarySource Requests { get; }
    public PrimarySource Health { get; }
    public PrimarySource Access { get; }
    public PrimarySource Administration { get; }
    public PrimarySource Subscribers { get; }
    public PrimarySource Background { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in new[] { Write, Requests, Health, Access, Administration, Subscribers, Background })
            await source.DisposeAsync();
    }

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
        if (!given.ContainsKey("Command Timeout")) settings.CommandTimeout = 5;
        settings.AutoPrepareMinUsages = 2;
        adjust(settings);
        // The name is the pool's label in metrics; the default would be the connection string.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        // The schema defines no types. Loading those of the system catalogue would cost each pool's first session, even
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

    // Releases the locks of a hung or unreachable node within seconds. The user timeout overrides the number of probes
    // and must leave time for all of them: at five seconds, a machine that stalled for a second after the first probe
    // lost idle sessions.
    const string Limits = """
        SET lock_timeout = '10s';
        SET client_connection_check_interval = '1s';
        SET tcp_user_timeout = '8s';
        SET tcp_keepalives_idle = 5;
        SET tcp_keepalives_interval = 1;
        SET tcp_keepalives_count = 3;
        """;

    // A batch's statements find rows by key. Planning each execution costs more than running it, and a generic plan
    // that was made while the tables were empty must not scan them sequentially, nor collect all rows of a key to pick
    // some.
    // https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE
    const string PlannerSettings = """
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off;
        SET enable_bitmapscan = off;
        SET jit = off;
        """;

    // With the timeout for opening a session, of which this is the last step: a session that goes silent here must not
    // block the writer.
    static void SetUp(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = connection.ConnectionTimeout };
        command.ExecuteNonQuery();
    }

    static Task<int> SetUpAsync(NpgsqlConnection connection, string sql) =>
        Sql.Run(connection, sql, connection.ConnectionTimeout, CancellationToken.None);
}
