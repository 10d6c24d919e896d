using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// Tails the event log once for all clients of this node that follow server-sent events, and only while there are any.
/// Clients join and leave through a queue, so that only the loop accesses the set of clients.
/// </summary>
sealed class LiveFeed : BackgroundService
{
    const int ReadMax = 1_000;

    readonly Database database;
    readonly LogTail tail;
    readonly Wakeup wakeup;
    readonly TimeProvider clock;
    readonly TrackingOptions options;
    readonly ILogger<LiveFeed> log;
    readonly Channel<(FeedClient Client, bool Joins)> changes = Channel.CreateUnbounded<(FeedClient, bool)>();
    int clients;
    int anonymousClients;

    // Used only by the loop.
    readonly HashSet<FeedClient> byFilter = [];
    readonly Dictionary<Guid, HashSet<FeedClient>> byOrder = [];
    readonly List<FeedClient> joining = [];
    LogPosition place;
    // One wait for the next change, not one per event. It consumes nothing, so no other wait misses the change.
    Task changed = Task.CompletedTask;
    long reads;

    public LiveFeed(
        Database database, LogTail tail, Wakeup wakeup, IOptions<TrackingOptions> options, TimeProvider clock,
        Drain drain, ILogger<LiveFeed> log)
    {
        (this.database, this.tail, this.wakeup, this.options, this.clock, this.log) =
            (database, tail, wakeup, options.Value, clock, log);
        Stopping = drain.Ended;
    }

    public int Clients => Volatile.Read(ref clients);

    /// <summary>
    /// Number of successful reads of the event log: at least one per poll while there are clients and the log can be
    /// read.
    /// </summary>
    public long Reads => Volatile.Read(ref reads);

    /// <summary>
    /// Cancelled when the node has drained: streams end then, and their clients resume at another node. Without this,
    /// streams would stay open, and the shutdown would wait for the whole grace period.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// Adds a client that follows an order, or all events that match the filter. Null if the node already has its
    /// maximum of clients.
    /// </summary>
    public FeedClient? Join(Guid? orderId, EventFilter filter, long after = 0, bool isAnonymous = false)
    {
        var client = new FeedClient(orderId, filter, options.QueueMax, after) { IsAnonymous = isAnonymous };
        var all = Interlocked.Increment(ref clients);
        var open = isAnonymous ? Interlocked.Increment(ref anonymousClients) : 0;
        if (all > options.ClientsMax || open > options.AnonymousClientsMax)
        {
            Uncount(client);
            return null;
        }
        Enqueue(client, joins: true);
        return client;
    }

    /// <summary>Must be called once for each client that has joined.</summary>
    public void Leave(FeedClient client)
    {
        Uncount(client);
        Enqueue(client, joins: false);
    }

    void Uncount(FeedClient client)
    {
        Interlocked.Decrement(ref clients);
        if (client.IsAnonymous) Interlocked.Decrement(ref anonymousClients);
    }

    void Enqueue(FeedClient client, bool joins) => changes.Writer.TryWrite((client, joins));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Loop.Retry(options.ReconnectDelay, options.ReconnectDelay, clock, Serve,
            lost => EventLogMessages.FeedLost(log, lost.Message), stoppingToken, Loop.IsDatabaseFailure);
        DisconnectAll();
    }

    async Task Serve(CancellationToken cancel)
    {
        if (byFilter.Count + byOrder.Count == 0) await changes.Reader.WaitToReadAsync(cancel);
        try
        {
            await Follow(cancel);
        }
        catch (LogRewoundException rewound)
        {
            // Clients that received lost events must start over.
            EventLogMessages.FeedLost(log, rewound.Message);
            DisconnectAll();
        }
    }

    // Returns when no client is left.
    async Task Follow(CancellationToken cancel)
    {
        await using var session = await database.OpenSubscriber(cancel);
        if (byFilter.Count + byOrder.Count == 0) place = await Head(session, cancel);
        while (true)
        {
            var next = wakeup.Next;
            ApplyChanges();
            if (byFilter.Count + byOrder.Count == 0) return;
            var events = await tail.ReadAfter(session, place, ReadMax, cancel);
            Interlocked.Increment(ref reads);
            foreach (var client in joining) client.CompleteJoin(place.Position);
            joining.Clear();
            foreach (var e in events) Deliver(new Frame(e));
            if (changed.IsCompleted) changed = changes.Reader.WaitToReadAsync(cancel).AsTask();
            if (events.Count > 0) Reach(LogPosition.After(events));
            else await Task.WhenAny(wakeup.Wait(next, options.PollInterval, cancel), changed);
        }
    }

    static async Task<LogPosition> Head(NpgsqlConnection session, CancellationToken cancel)
    {
        var last = await EventTable.ReadWhere(session, "true ORDER BY position DESC LIMIT 1", cancel);
        // Clients resume from here.
        await Replication.Confirm(session, cancel);
        return last.Count > 0 ? LogPosition.After(last) : default;
    }

    void ApplyChanges()
    {
        while (changes.Reader.TryRead(out var change))
        {
            var (client, joins) = change;
            if (joins) Add(client);
            else Remove(client);
        }
    }

    void Add(FeedClient client)
    {
        if (client.OrderId is not { } order) byFilter.Add(client);
        else if (byOrder.TryGetValue(order, out var others)) others.Add(client);
        else byOrder[order] = [client];
        // Not before the next read: a stream must not begin while the log cannot be read.
        joining.Add(client);
    }

    void Remove(FeedClient client)
    {
        if (client.OrderId is not { } order) byFilter.Remove(client);
        else if (byOrder.TryGetValue(order, out var others) && others.Remove(client) && others.Count == 0)
            byOrder.Remove(order);
    }

    void Deliver(Frame frame)
    {
        foreach (var client in byFilter) client.Offer(frame);
        if (frame.Event.OrderId is not { } order || !byOrder.TryGetValue(order, out var followers)) return;
        foreach (var client in followers) client.Offer(frame);
    }

    void Reach(LogPosition after)
    {
        place = after;
        foreach (var client in byFilter) client.AdvanceWatermark(after.Position);
    }

    void DisconnectAll()
    {
        ApplyChanges();
        foreach (var client in byFilter) client.Disconnect();
        foreach (var client in byOrder.Values.SelectMany(followers => followers)) client.Disconnect();
        byFilter.Clear();
        byOrder.Clear();
        joining.Clear();
    }
}
