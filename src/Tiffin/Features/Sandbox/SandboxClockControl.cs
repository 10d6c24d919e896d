using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Sandbox;

/// <summary>Moves the sandbox clock, and stores its offset in the database for the other nodes.</summary>
sealed class SandboxClockControl(Database database, SandboxClock clock, IEnumerable<IChore> chores) : IDisposable
{
    const string AdvanceSql = """
        INSERT INTO sandbox AS known (clock_offset) VALUES ($1)
        ON CONFLICT (one) DO UPDATE SET clock_offset = greatest(known.clock_offset, excluded.clock_offset)
        RETURNING clock_offset
        """;

    readonly SemaphoreSlim gate = new(1);

    /// <summary>Returns when every chore that follows the clock has run, also at each deadline on the way.</summary>
    public async Task MoveTo(DateTimeOffset time, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            // Changes made before the clock moves may have moved deadlines.
            await RunChores(cancel);
            while (await NextDeadline(time, cancel) is { } deadline)
            {
                await Advance(deadline, cancel);
                await RunChores(cancel);
            }
            await Advance(time, cancel);
            await RunChores(cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Applies the offset that another node has set.</summary>
    public async Task ApplyStoredOffset(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var offsets = await Rows(
            connection, "SELECT clock_offset FROM sandbox", row => row.GetFieldValue<TimeSpan>(0), cancel);
        foreach (var offset in offsets) clock.Advance(offset);
    }

    public void Dispose() => gate.Dispose();

    async Task Advance(DateTimeOffset to, CancellationToken cancel)
    {
        var ahead = to - database.Clock.Now;
        if (ahead <= TimeSpan.Zero) return;
        await using var connection = await database.OpenBackground(cancel);
        clock.Advance(await SingleRow(
            connection, AdvanceSql, row => row.GetFieldValue<TimeSpan>(0), cancel, P(clock.Offset + ahead)));
    }

    async Task RunChores(CancellationToken cancel)
    {
        foreach (var chore in chores.Where(chore => chore.UsesSandboxClock)) await chore.Run(cancel);
    }

    async Task<DateTimeOffset?> NextDeadline(DateTimeOffset upTo, CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await OrderTimerTable.First(connection, upTo, cancel);
    }
}

/// <summary>Keeps this node's clock in step with the sandbox clock.</summary>
sealed class SandboxFollower(SandboxClockControl time, TimeProvider clock, ILogger<SandboxFollower> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Loop.Every(TimeSpan.FromSeconds(1), clock, time.ApplyStoredOffset,
            failure => UpkeepMessages.Failed(log, nameof(SandboxFollower), failure.Message), stoppingToken);
}
