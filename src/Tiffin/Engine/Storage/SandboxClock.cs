namespace Tiffin.Engine.Storage;

/// <summary>
/// The clock of a sandbox: ahead of the system's clock by an offset that only grows. Timers and elapsed times are those
/// of the system.
/// </summary>
sealed class SandboxClock : TimeProvider
{
    long offset;

    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref offset));

    /// <summary>How far a clock is ahead of real time: zero unless it is a sandbox's.</summary>
    public static TimeSpan OffsetOf(TimeProvider clock) => (clock as SandboxClock)?.Offset ?? TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    /// <summary>Moves the clock forward to an offset; it never moves back.</summary>
    public void Advance(TimeSpan to)
    {
        long known;
        while ((known = Volatile.Read(ref offset)) < to.Ticks)
            Interlocked.CompareExchange(ref offset, to.Ticks, known);
    }
}
