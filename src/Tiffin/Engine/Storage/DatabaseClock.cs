using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>The section <c>Clock</c>.</summary>
sealed class ClockOptions
{
    /// <summary>
    /// A node whose clock differs from the database's by more than this is not ready (<c>clock_skew</c>).
    /// </summary>
    public TimeSpan SkewMax { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// The database's time, computed from this node's clock and the last measured skew. All timestamps of orders, stock and
/// the log come from it, so that nodes with different clocks agree.
/// </summary>
sealed class DatabaseClock(TimeProvider clock) : TimeProvider
{
    // Two clocks that are synchronized by NTP differ by less than this.
    static readonly TimeSpan tolerance = TimeSpan.FromMilliseconds(100);

    long skewTicks;

    /// <summary>How far this node's clock is ahead of the database's; zero if within the measurement error.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(Volatile.Read(ref skewTicks));

    public DateTimeOffset Now => clock.GetUtcNow() - Skew;

    public override DateTimeOffset GetUtcNow() => Now;

    // The offset of a sandbox is not skew: everything follows the time of the sandbox.
    TimeSpan Offset => SandboxClock.OffsetOf(clock);

    public async Task Measure(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Sql.Command(connection, "SELECT clock_timestamp()");
        // The writer's session has no command timeout.
        command.CommandTimeout = 5;
        var (asked, started) = (clock.GetUtcNow() - Offset, clock.GetTimestamp());
        var there = (DateTime)(await command.ExecuteScalarAsync(cancel))!;
        var took = clock.GetElapsedTime(started);
        SetSkew(asked + took / 2 - there, took);
    }

    // A difference that the round-trip time can explain counts as zero.
    internal void SetSkew(TimeSpan measured, TimeSpan roundTrip) => Volatile.Write(
        ref skewTicks, measured.Duration() <= tolerance + roundTrip ? 0 : measured.Ticks);
}
