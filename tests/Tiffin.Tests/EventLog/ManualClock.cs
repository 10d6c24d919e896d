namespace Tiffin.Tests.EventLog;

/// <summary>
/// A monotonic clock that a test advances, starting at 0 as after a boot, and a wall clock that it sets.
/// </summary>
sealed class ManualClock : TimeProvider
{
    long elapsed;

    public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => elapsed;

    public override DateTimeOffset GetUtcNow() => Wall;

    public void Advance(TimeSpan time) => elapsed += time.Ticks;
}
