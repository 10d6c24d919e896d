using System.Collections.Concurrent;

namespace Tiffin.Commit;

/// <summary>
/// Tells callers whose deadline has passed that they have to ask again. All wait equally long, so whoever came first is
/// first: one timer looks at the head of the line, and no request has a timer of its own.
/// </summary>
sealed class Deadlines : IDisposable
{
    readonly ConcurrentQueue<Pending> line = new();
    readonly TimeSpan deadline;
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Lock single = new();

    public Deadlines(TimeSpan deadline, TimeProvider clock)
    {
        (this.deadline, this.clock) = (deadline, clock);
        // A fiftieth late is no harm; a timer of nothing would never rest.
        var every = TimeSpan.FromMilliseconds(Math.Max(1, deadline.TotalMilliseconds / 50));
        timer = clock.CreateTimer(_ => Look(), null, every, every);
    }

    public void Watch(Pending pending) => line.Enqueue(pending);

    public void Dispose() => timer.Dispose();

    void Look()
    {
        // A timer that is slow is called again meanwhile.
        if (!single.TryEnter()) return;
        try
        {
            while (line.TryPeek(out var first) && (first.Answer.IsCompleted || IsOver(first)))
            {
                line.TryDequeue(out _);
                first.Expire();
            }
        }
        finally
        {
            single.Exit();
        }
    }

    bool IsOver(Pending pending) => clock.GetElapsedTime(pending.Since) >= deadline;
}
