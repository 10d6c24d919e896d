using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// Reads the log once for all clients of this node that follow it live, and not at all while there are none. Clients
/// come and go through a queue, so that the loop alone knows who is there.
/// </summary>
public sealed class LiveFeed : BackgroundService
{
    const int ReadMax = 1_000;

    readonly Database database;
    readonly LogTail tail;
    readonly Wakeup wakeup;
    readonly TimeProvider clock;
    readonly TrackingOptions options;
    readonly ILogger<LiveFeed> log;
    readonly ConcurrentQueue<(FeedClient Client, bool Comes)> changes = [];
    readonly SemaphoreSlim changed = new(0);
    readonly CancellationTokenSource stopping = new();
    int clients;
    int visitors;

    // The loop's own.
    readonly HashSet<FeedClient> wide = [];
    readonly Dictionary<Guid, HashSet<FeedClient>> byOrder = [];
    LogPlace place;

    public LiveFeed(
        Database database, LogTail tail, Wakeup wakeup, IOptions<TrackingOptions> options, TimeProvider clock,
        IHostApplicationLifetime lifetime, ILogger<LiveFeed> log)
    {
        (this.database, this.tail, this.wakeup, this.options, this.clock, this.log) =
            (database, tail, wakeup, options.Value, clock, log);
        // Streams never end by themselves: without this, the server would wait for them until its grace time is over.
        lifetime.ApplicationStopping.Register(stopping.Cancel);
    }

    public int Clients => Volatile.Read(ref clients);

    /// <summary>Cancelled when the node stops: streams end then, and their clients resume at another node.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>
    /// Follows an order, or all events that pass the filter, after a position; null when the node already has its
    /// maximum of clients.
    /// </summary>
    public FeedClient? Join(Guid? orderId, EventFilter filter, long after = 0, bool isVisitor = false)
    {
        var client = new FeedClient(orderId, filter, options.QueueMax, after) { IsVisitor = isVisitor };
        var all = Interlocked.Increment(ref clients);
        var open = isVisitor ? Interlocked.Increment(ref visitors) : 0;
        if (all > options.ClientsMax || open > options.VisitorsMax)
        {
            Forget(client);
            return null;
        }
        Tell(client, comes: true);
        return client;
    }

    /// <summary>Once for each client that has joined.</summary>
    public void Leave(FeedClient client)
    {
        Forget(client);
        Tell(client, comes: false);
    }

    void Forget(FeedClient client)
    {
        Interlocked.Decrement(ref clients);
        if (client.IsVisitor) Interlocked.Decrement(ref visitors);
    }

    void Tell(FeedClient client, bool comes)
    {
        changes.Enqueue((client, comes));
        changed.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitForClients(stoppingToken);
                await Follow(stoppingToken);
            }
            catch (LogRewoundException rewound)
            {
                // Whoever saw what is lost has to start over.
                EventLogLog.FeedLost(log, rewound.Message);
                CutAll();
            }
            catch (Exception lost) when (lost is NpgsqlException or TimeoutException or IOException)
            {
                EventLogLog.FeedLost(log, lost.Message);
                await Task.Delay(options.Reconnect, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
        CutAll();
    }

    async Task WaitForClients(CancellationToken cancel)
    {
        while (wide.Count + byOrder.Count == 0 && changes.IsEmpty) await changed.WaitAsync(cancel);
    }

    /// <summary>Returns when nobody is left.</summary>
    async Task Follow(CancellationToken cancel)
    {
        await using var session = await database.OpenSubscriber(cancel);
        if (wide.Count + byOrder.Count == 0) place = await Head(session, cancel);
        while (true)
        {
            var next = wakeup.Next;
            Admit();
            if (wide.Count + byOrder.Count == 0) return;
            var events = await tail.ReadAfter(session, place, ReadMax, cancel);
            foreach (var e in events) Deliver(new Frame(e));
            if (events.Count > 0) place = LogPlace.After(events);
            else await Task.WhenAny(wakeup.Wait(next, options.Poll, cancel), changed.WaitAsync(options.Poll, cancel));
        }
    }

    static async Task<LogPlace> Head(NpgsqlConnection session, CancellationToken cancel)
    {
        var last = await EventTable.ReadWhere(session, "true ORDER BY position DESC LIMIT 1", cancel);
        return last.Count > 0 ? LogPlace.After(last) : default;
    }

    void Admit()
    {
        while (changes.TryDequeue(out var change))
        {
            var (client, comes) = change;
            if (comes) Add(client);
            else Remove(client);
        }
    }

    void Add(FeedClient client)
    {
        if (client.OrderId is not { } order) wide.Add(client);
        else if (byOrder.TryGetValue(order, out var others)) others.Add(client);
        else byOrder[order] = [client];
        client.Join(place.Position);
    }

    void Remove(FeedClient client)
    {
        if (client.OrderId is not { } order) wide.Remove(client);
        else if (byOrder.TryGetValue(order, out var others) && others.Remove(client) && others.Count == 0)
            byOrder.Remove(order);
    }

    void Deliver(Frame frame)
    {
        foreach (var client in wide) client.Offer(frame);
        if (frame.Event.OrderId is not { } order || !byOrder.TryGetValue(order, out var followers)) return;
        foreach (var client in followers) client.Offer(frame);
    }

    void CutAll()
    {
        Admit();
        foreach (var client in wide) client.Cut();
        foreach (var client in byOrder.Values.SelectMany(followers => followers)) client.Cut();
        wide.Clear();
        byOrder.Clear();
    }

    public override void Dispose()
    {
        base.Dispose();
        stopping.Dispose();
    }
}

/// <summary>The bounds of live following.</summary>
public sealed class TrackingOptions
{
    /// <summary>
    /// What tracking links start with, such as <c>https://orders.example</c>; empty for the path alone.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Clients of one node; each costs a connection and some kilobytes.</summary>
    public int ClientsMax { get; set; } = 20_000;

    /// <summary>Those among them who follow an order by its public link: the rest is kept for callers.</summary>
    public int VisitorsMax { get; set; } = 18_000;

    /// <summary>
    /// Events that wait for one client: a slower one is cut off, and resumes. Several times what is read from the log
    /// at once; clients share the events, so that a place costs a reference only.
    /// </summary>
    public int QueueMax { get; set; } = 4_000;

    /// <summary>How long one write to a client may take.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The interval of a stream's comment lines, which keep proxies from closing an idle connection.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often to look without having been woken.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan Reconnect { get; set; } = TimeSpan.FromMilliseconds(500);
}
