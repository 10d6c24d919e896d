using System.Diagnostics;
using Npgsql;

namespace Tiffin.Storage;

/// <summary>
/// The ways into PostgreSQL: one session that writes batches, a pool that reads. Both insist on the primary.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    readonly NpgsqlMultiHostDataSource write;
    readonly NpgsqlMultiHostDataSource read;

    public Database(string connectionString, TimeProvider? clock = null)
    {
        Clock = new DatabaseClock(clock ?? TimeProvider.System);
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
        read = Build("read", connectionString, settings =>
        {
            settings.CommandTimeout = 5;
            // A reader leaves nothing behind that needs cleaning up, and the limits below must outlive a loan.
            settings.NoResetOnClose = true;
        }, Limits);
    }

    /// <summary>Where the log begins and ends.</summary>
    public LogBounds Log { get; } = new();

    /// <summary>The time by which everything is written, measured whenever a writer's session begins.</summary>
    public DatabaseClock Clock { get; }

    /// <summary>A session of its own for the one writer; it is not pooled, so closing it ends it.</summary>
    public async ValueTask<NpgsqlConnection> OpenWriter(CancellationToken cancel)
    {
        var connection = await write.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);
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

    public ValueTask<NpgsqlConnection> OpenReader(CancellationToken cancel) =>
        read.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);

    /// <summary>For LISTEN, which lives as long as its session.</summary>
    public ValueTask<NpgsqlConnection> OpenListener(CancellationToken cancel) => OpenWriter(cancel);

    /// <summary>For a reader of the log, which keeps its session for as long as it leads.</summary>
    public ValueTask<NpgsqlConnection> OpenSubscriber(CancellationToken cancel) => OpenReader(cancel);

    public async ValueTask DisposeAsync()
    {
        await write.DisposeAsync();
        await read.DisposeAsync();
    }

    static NpgsqlMultiHostDataSource Build(
        string name, string connectionString, Action<NpgsqlConnectionStringBuilder> adjust, string setUp)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "tiffin",
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
