namespace Tiffin.Commit;

/// <summary>
/// How many commands may wait before new orders are turned away. What is under way, such as a cook's "ready" or a
/// cancel, is let in for longer: it is little, and orders that were taken hang on it. Does no I/O.
/// </summary>
sealed class Admission(CommitOptions options)
{
    /// <summary>How far the pace looks back: long enough for a slow batch not to shut the door.</summary>
    static readonly TimeSpan memory = TimeSpan.FromSeconds(1);

    /// <summary>Commands a second, while there are any. Nothing is known before the first batch.</summary>
    double pace = double.PositiveInfinity;

    /// <summary>So many are done within the time that a new order may have to wait.</summary>
    public int OrdersMax => (int)Math.Clamp(
        Volatile.Read(ref pace) * options.OrdersWait.TotalSeconds, Math.Min(options.OrdersMin, options.QueueMax),
        options.QueueMax);

    public void Committed(int commands, TimeSpan took)
    {
        var now = commands / Math.Max(took.TotalSeconds, 1e-6);
        var weight = 1 - Math.Exp(-took / memory);
        Volatile.Write(ref pace, double.IsFinite(pace) ? pace + weight * (now - pace) : now);
    }
}
