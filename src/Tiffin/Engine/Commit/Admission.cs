namespace Tiffin.Engine.Commit;

/// <summary>
/// Load shedding: how many commands may be queued before new orders are rejected. Commands for accepted orders (status
/// changes, cancellations) are rejected only when the queue is full. Does no I/O.
/// </summary>
sealed class Admission(CommitOptions options)
{
    // Long enough that a single slow batch does not cause orders to be rejected.
    static readonly TimeSpan averagingWindow = TimeSpan.FromSeconds(1);

    // Commands per second, averaged over the batches; infinite until the first batch has been measured.
    double rate = double.PositiveInfinity;

    /// <summary>Commands that can be committed within <c>OrderQueueWaitMax</c> at the current rate.</summary>
    public int OrdersMax => (int)Math.Clamp(
        Volatile.Read(ref rate) * options.OrderQueueWaitMax.TotalSeconds,
        Math.Min(options.OrderQueueMin, options.QueueMax), options.QueueMax);

    public void Committed(int commands, TimeSpan took)
    {
        var now = commands / Math.Max(took.TotalSeconds, 1e-6);
        var weight = 1 - Math.Exp(-took / averagingWindow);
        Volatile.Write(ref rate, double.IsFinite(rate) ? rate + weight * (now - rate) : now);
    }
}
