using System.Collections.Concurrent;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Times out commands at their deadline. The timeout is the same for all, so they expire in the order of arrival: one
/// timer checks the head of the queue, and no request needs its own.
/// </summary>
sealed class Deadlines : IDisposable
{
    readonly ConcurrentQueue<Pending> queue = new();
    readonly TimeSpan deadline;
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Lock gate = new();

    public Deadlines(TimeSpan deadline, TimeProvider clock)
    {
        (this.deadline, this.clock) = (deadline, clock);
        // Up to 2 % late is acceptable. At least 1 ms: a period of zero would fire only once.
        var every = TimeSpan.FromMilliseconds(Math.Max(1, deadline.TotalMilliseconds / 50));
        timer = clock.CreateTimer(_ => ExpireOverdue(), null, every, every);
    }

    public void Watch(Pending pending) => queue.Enqueue(pending);

    public void Dispose() => timer.Dispose();

    void ExpireOverdue()
    {
        // The timer fires again while a slow callback is still running.
        if (!gate.TryEnter()) return;
        try
        {
            while (queue.TryPeek(out var first) && (first.Answer.IsCompleted || IsOverdue(first)))
            {
                queue.TryDequeue(out _);
                first.Expire();
            }
        }
        finally
        {
            gate.Exit();
        }
    }

    bool IsOverdue(Pending pending) => clock.GetElapsedTime(pending.SubmittedAt) >= deadline;
}
