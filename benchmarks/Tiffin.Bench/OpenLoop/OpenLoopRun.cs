using System.Diagnostics;
using System.Net;

namespace Tiffin.Bench.OpenLoop;

/// <param name="Connections">Maximum concurrent users; waiting for a free connection counts as latency.</param>
/// <param name="WarmUp">Requests in this time from the start are not counted.</param>
/// <param name="Patience">Users that wait longer for a free connection give up.</param>
sealed record OpenLoopPlan(
    double PerSecond, TimeSpan Time, int Connections, TimeSpan WarmUp = default, TimeSpan? Patience = null);

/// <summary>
/// Sends requests when they are due, regardless of response times (open loop). A dedicated thread checks the schedule
/// every millisecond; its delay is part of the latencies.
/// </summary>
sealed class OpenLoopRun : IDisposable
{
    static readonly TimeSpan drainMax = TimeSpan.FromSeconds(10);

    readonly OpenLoopPlan plan;
    readonly ITraffic traffic;
    readonly Lock gate = new();
    readonly Stack<UserConnection> idle = [];
    readonly Queue<TimeSpan> waiting = [];
    readonly List<UserConnection> all = [];
    readonly Stopwatch clock = new();
    int broken;
    volatile bool isOver;

    OpenLoopRun(IPEndPoint server, ITraffic traffic, OpenLoopPlan plan)
    {
        (this.plan, this.traffic) = (plan, traffic);
        for (var i = 0; i < plan.Connections; i++) all.Add(new UserConnection(server, Done));
        foreach (var connection in all) idle.Push(connection);
    }

    Tally Tally { get; } = new();

    public static async Task<Tally> Run(
        Uri server, ITraffic traffic, OpenLoopPlan plan, CancellationToken cancel)
    {
        using var run = new OpenLoopRun(new IPEndPoint(IPAddress.Loopback, server.Port), traffic, plan);
        var schedule = new ArrivalSchedule(plan.PerSecond, plan.WarmUp + plan.Time, seed: 20261126);
        await Task.Factory.StartNew(
            () => run.Drive(schedule, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await run.Drain(cancel);
        return run.Tally;
    }

    public void Dispose()
    {
        isOver = true;
        foreach (var connection in all) connection.Dispose();
    }

    void Drive(ArrivalSchedule schedule, CancellationToken cancel)
    {
        clock.Start();
        while (!schedule.IsOver)
        {
            cancel.ThrowIfCancellationRequested();
            while (schedule.TryTake(clock.Elapsed, out var due)) Arrive(due);
            Thread.Sleep(1);
        }
    }

    void Arrive(TimeSpan due)
    {
        UserConnection? free;
        lock (gate)
        {
            if (!idle.TryPop(out free))
            {
                waiting.Enqueue(due);
                return;
            }
        }
        Send(free, due);
    }

    void Send(UserConnection connection, TimeSpan due) =>
        connection.Send(traffic.Next(connection.Buffer), due, clock.Elapsed);

    void Done(UserConnection connection)
    {
        if (isOver) return;
        var status = connection.IsAnswered ? connection.Reply.Status : Tally.Unanswered;
        Record(connection.Request.Kind, status, connection.Due, connection.Sent,
            connection.IsAnswered && connection.Reply.HasRetryAfter);
        traffic.Answered(connection.Request, status, connection.IsAnswered ? connection.Reply.Body : default);
        if (!connection.IsAnswered && !connection.TryReopen())
        {
            Interlocked.Increment(ref broken);
            return;
        }
        if (Next(connection) is { } due) Send(connection, due);
    }

    // Hands the connection to the next waiting user, or returns it to the pool.
    TimeSpan? Next(UserConnection connection)
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var due))
            {
                if (clock.Elapsed - due <= plan.Patience.GetValueOrDefault(TimeSpan.MaxValue)) return due;
                Record("any", Tally.Unsent, due, clock.Elapsed);
            }
            idle.Push(connection);
            return null;
        }
    }

    void Record(string kind, int status, TimeSpan due, TimeSpan sent, bool retryAfter = false)
    {
        if (due >= plan.WarmUp)
            Tally.Record(kind, status, due - plan.WarmUp, sent - plan.WarmUp, clock.Elapsed - plan.WarmUp, retryAfter);
    }

    async Task Drain(CancellationToken cancel)
    {
        var deadline = clock.Elapsed + drainMax;
        while (clock.Elapsed < deadline)
        {
            lock (gate)
                if (waiting.Count == 0 && idle.Count + Volatile.Read(ref broken) == all.Count) return;
            await Task.Delay(20, cancel);
        }
        lock (gate)
        {
            var answered = idle.ToHashSet();
            foreach (var lost in all.Where(connection => !answered.Contains(connection)))
                Record(lost.Request.Kind ?? "any", Tally.Unanswered, lost.Due, lost.Sent);
            while (waiting.TryDequeue(out var due)) Record("any", Tally.Unsent, due, clock.Elapsed);
        }
    }
}
