namespace Tiffin.Dev.Simulation;

/// <summary>Counters of the simulated traffic.</summary>
sealed class TrafficTally
{
    long placed, refused, delivered, cancelled, restocked, failed;

    public long Placed => Interlocked.Read(ref placed);

    /// <summary>Requests refused by a rule: out of stock, kitchen paused, status change not allowed.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public long Delivered => Interlocked.Read(ref delivered);

    public long Cancelled => Interlocked.Read(ref cancelled);

    /// <summary>Ingredients restocked.</summary>
    public long Restocked => Interlocked.Read(ref restocked);

    /// <summary>Requests without a response, or with a server error.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>The last failure.</summary>
    public string? LastFailure { get; private set; }

    public override string ToString() =>
        $"{Placed} placed, {Delivered} delivered, {Cancelled} cancelled, {Refused} refused, {Restocked} restocked"
        + (Failed == 0 ? "" : $", {Failed} failed (last: {LastFailure})");

    internal void CountPlaced() => Interlocked.Increment(ref placed);

    internal void CountRefused() => Interlocked.Increment(ref refused);

    internal void CountMoved(string? status)
    {
        if (status == "delivered")
            Interlocked.Increment(ref delivered);
        else if (status == "cancelled")
            Interlocked.Increment(ref cancelled);
    }

    internal void CountRestocked(int ingredients) => Interlocked.Add(ref restocked, ingredients);

    internal void CountFailed(string reason)
    {
        Interlocked.Increment(ref failed);
        LastFailure = reason;
    }
}
