namespace Tiffin.Dev.Simulation;

/// <summary>What the simulated traffic has come to so far.</summary>
public sealed class TrafficTally
{
    long placed, refused, delivered, cancelled, restocked, failed;

    public long Placed => Interlocked.Read(ref placed);

    /// <summary>Answered with a refusal: out of stock, kitchen paused, move not allowed.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public long Delivered => Interlocked.Read(ref delivered);

    public long Cancelled => Interlocked.Read(ref cancelled);

    /// <summary>Ingredients that were received again.</summary>
    public long Restocked => Interlocked.Read(ref restocked);

    /// <summary>Not answered, or answered with a fault of the server.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>The last failure, for the reader of the figures.</summary>
    public string? LastFailure { get; private set; }

    public override string ToString() =>
        $"{Placed} placed, {Delivered} delivered, {Cancelled} cancelled, {Refused} refused, {Restocked} restocked"
        + (Failed == 0 ? "" : $", {Failed} failed (last: {LastFailure})");

    internal void CountPlaced() => Interlocked.Increment(ref placed);

    internal void CountRefused() => Interlocked.Increment(ref refused);

    internal void CountMoved(string status)
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
