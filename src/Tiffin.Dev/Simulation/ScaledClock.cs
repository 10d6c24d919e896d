namespace Tiffin.Dev.Simulation;

/// <summary>A clock that starts now and runs at a multiple of another clock. Its timers scale with it.</summary>
sealed class ScaledClock(TimeProvider real, double speed) : TimeProvider
{
    DateTimeOffset startedAt = real.GetUtcNow();
    readonly long started = real.GetTimestamp();

    TimeSpan Elapsed => real.GetElapsedTime(started) * speed;

    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => startedAt + Elapsed;

    /// <summary>Continues from a time.</summary>
    public void Set(DateTimeOffset now) => startedAt = now - Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(real.CreateTimer(callback, state, Scale(dueTime), Scale(period)), this);

    TimeSpan Scale(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
            return wait;
        // A period below a millisecond is truncated to zero, which would disable the timer.
        var scaled = wait / speed;
        return scaled < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : scaled;
    }

    sealed class ScaledTimer(ITimer real, ScaledClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            real.Change(clock.Scale(dueTime), clock.Scale(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
