using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.EventLog;

/// <summary>A node that reads the log for one subscriber.</summary>
sealed class ReaderNode : IAsyncDisposable
{
    readonly Database database;
    readonly Subscription subscription;
    int stops;

    ReaderNode(string connectionString, ISubscriber subscriber, SubscriptionOptions options)
    {
        database = new Database(connectionString);
        Wakeup = new Wakeup(database, TimeProvider.System, NullLogger<Wakeup>.Instance);
        subscription = new Subscription(
            subscriber, database, Tail, Wakeup, Options.Create(options), TimeProvider.System,
            NullLogger<Subscription>.Instance);
    }

    /// <summary>The events that this node has committed: none, unless the test appends some.</summary>
    public LogTail Tail { get; } = new();

    /// <summary>Not started: it signals on demand and receives no notifications.</summary>
    public Wakeup Wakeup { get; }

    public static async Task<ReaderNode> Start(
        string connectionString, ISubscriber subscriber, SubscriptionOptions options)
    {
        var node = new ReaderNode(connectionString, subscriber, options);
        await node.subscription.StartAsync(CancellationToken.None);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stops, 1) == 1) return;
        await subscription.StopAsync(CancellationToken.None);
        await Wakeup.StopAsync(CancellationToken.None);
        subscription.Dispose();
        Wakeup.Dispose();
        await database.DisposeAsync();
    }
}

/// <summary>Records its events in a table in which duplicates would show.</summary>
sealed class Diary(string name) : ISubscriber
{
    public string Name => name;

    public int BatchMax { get; init; } = 10;

    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The batches that require an effect.</summary>
    public Func<IReadOnlyList<StoredEvent>, bool> Wants { get; set; } = _ => true;

    /// <summary>Runs before its writes; throws to fail.</summary>
    public Func<IReadOnlyList<StoredEvent>, Task> Before { get; set; } = _ => Task.CompletedTask;

    public ConcurrentQueue<long> Published { get; } = [];

    public ConcurrentQueue<long> Seen { get; } = [];

    public ValueTask<ISubscriberBatch?> Prepare(
        NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        foreach (var e in events) Seen.Enqueue(e.Position);
        return new(Wants(events) ? new Entry(this, events) : null);
    }

    sealed class Entry(Diary diary, IReadOnlyList<StoredEvent> events) : ISubscriberBatch
    {
        public async Task Publish(CancellationToken cancel)
        {
            foreach (var e in events) diary.Published.Enqueue(e.Position);
            await diary.Before(events);
        }

        public Task Apply(NpgsqlConnection connection, CancellationToken cancel) =>
            Sql.Run(connection, "INSERT INTO diary SELECT $1, unnest($2)", cancel,
                Sql.P(diary.Name), Sql.P(events.Select(e => e.Position).ToArray()));
    }
}

/// <summary>A log that the test writes directly.</summary>
sealed class HandLog(string connectionString)
{
    public string ConnectionString => connectionString;

    public static async Task<HandLog> Create()
    {
        var log = new HandLog(await Support.PostgresFixture.CreateDatabase());
        await log.Do("CREATE TABLE diary (subscriber text, position bigint)");
        return log;
    }

    /// <summary>Appends events without a notification.</summary>
    public async Task<Guid[]> Append(int count)
    {
        await using var connection = await Open();
        var (_, last) = await EventTable.Bounds(connection, CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);
        var events = Enumerable.Range(1, count).Select(i => new StoredEvent(
            last + i, Guid.NewGuid(), DateTimeOffset.UtcNow, null, null, EventType.InventoryReceived, "k1", null, null,
            "kitchens/k1/stock/rice", "{}"u8.ToArray())).ToList();
        batch.BatchCommands.Add(EventTable.Insert(events));
        await batch.ExecuteNonQueryAsync();
        return [.. events.Select(e => e.Id)];
    }

    public async Task<long[]> Diary(string subscriber)
    {
        await using var connection = await Open();
        await using var command = Sql.Command(connection,
            "SELECT coalesce(array_agg(position ORDER BY position), '{}') FROM diary WHERE subscriber = $1",
            Sql.P(subscriber));
        return (long[])(await command.ExecuteScalarAsync())!;
    }

    public async Task<SubscriberState?> State(string subscriber)
    {
        await using var connection = await Open();
        return (await SubscriberTable.States(connection, CancellationToken.None))
            .SingleOrDefault(state => state.Name == subscriber);
    }

    public async Task Do(string sql)
    {
        await using var connection = await Open();
        await Sql.Run(connection, sql, CancellationToken.None);
    }

    public async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }
}
