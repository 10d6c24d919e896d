using Npgsql;

namespace Tiffin.Storage;

/// <summary>The section <c>Clock</c>.</summary>
public sealed class ClockOptions
{
    /// <summary>
    /// A node whose clock differs from the database's by more than this is not ready (<c>clock_skew</c>).
    /// </summary>
    public TimeSpan SkewMax { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// The time that the database's clock shows, by this node's clock and the difference that was measured last.
/// What is written into the log and the tables has this time, so that nodes whose clocks differ agree on it.
/// </summary>
public sealed class DatabaseClock(TimeProvider clock)
{
    /// <summary>Two clocks that NTP keeps are closer than this.</summary>
    static readonly TimeSpan trusted = TimeSpan.FromMilliseconds(100);

    long skewTicks;

    /// <summary>How far this node's clock is ahead of the database's; zero where the measurement cannot tell.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(Volatile.Read(ref skewTicks));

    public DateTimeOffset Now => clock.GetUtcNow() - Skew;

    public async Task Measure(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Sql.Command(connection, "SELECT clock_timestamp()");
        // A writer's session has no time-out of its own.
        command.CommandTimeout = 5;
        var (asked, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        var there = (DateTime)(await command.ExecuteScalarAsync(cancel))!;
        var took = clock.GetElapsedTime(started);
        Take(asked + took / 2 - there, took);
    }

    /// <summary>A difference that the way there and back may explain is none.</summary>
    internal void Take(TimeSpan measured, TimeSpan took) => Volatile.Write(
        ref skewTicks, measured.Duration() <= trusted + took ? 0 : measured.Ticks);
}
