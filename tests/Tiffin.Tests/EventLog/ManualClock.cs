namespace Tiffin.Tests.EventLog;

/// <summary>A monotonic clock that goes when it is told to, and a wall clock that says what it likes.</summary>
sealed class ManualClock : TimeProvider
{
    long elapsed = 1;

    public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => elapsed;

    public override DateTimeOffset GetUtcNow() => Wall;

    public void Advance(TimeSpan time) => elapsed += time.Ticks;
}
