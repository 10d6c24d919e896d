namespace Tiffin.Features.Analytics;

/// <summary>
/// Decides when to merge increments into the sums, one slice at a time: merging all at once takes PostgreSQL a third of
/// a second, which would delay orders. Does no I/O.
/// </summary>
sealed class CompactionPolicy(TimeProvider clock)
{
    const int Slices = 16;

    /// <summary>Maximum unmerged increments: queries add them up and must stay fast.</summary>
    public const int PendingMax = 100_000;

    // Merges each slice twice a minute.
    static readonly TimeSpan interval = TimeSpan.FromSeconds(30) / Slices;

    int[] pending = new int[Slices];
    int next;
    long? compactedAt;
    (int[] Pending, int Next, bool IsCompacted) planned;

    /// <summary>
    /// Increments of one sum are always in the same slice, for the lifetime of the process, so that it is written once.
    /// </summary>
    public static short SliceOf(Cell cell) =>
        (short)((uint)HashCode.Combine(cell.Kitchen, cell.Brand, cell.Channel) % Slices);

    /// <summary>The slices to merge in the transaction that appends the increments.</summary>
    public short[] Plan(Increments increments)
    {
        var counts = (int[])pending.Clone();
        foreach (var (cell, sums) in increments.Cells) counts[SliceOf(cell)] += sums.Count;
        var (due, slice) = (new List<short>(), next);
        var remaining = counts.Sum();
        var isDue = compactedAt is not { } at || clock.GetElapsedTime(at) > interval;
        while (remaining > PendingMax || (due.Count == 0 && isDue))
        {
            due.Add((short)slice);
            remaining -= counts[slice];
            counts[slice] = 0;
            slice = (slice + 1) % Slices;
        }
        planned = (counts, slice, due.Count > 0);
        return [.. due];
    }

    /// <summary>Applies the last plan. Not called if the transaction failed, so that the plan is dropped.</summary>
    public void Committed()
    {
        (pending, next, var isCompacted) = planned;
        if (isCompacted) compactedAt = clock.GetTimestamp();
    }
}
