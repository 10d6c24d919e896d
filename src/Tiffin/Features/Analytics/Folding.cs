namespace Tiffin.Features.Analytics;

/// <summary>
/// Decides when what was counted beside the sums is added to them, and which part of it: a slice at a time, since all
/// at once takes PostgreSQL a third of a second, which orders would feel. Does no I/O.
/// </summary>
sealed class Folding(TimeProvider clock)
{
    const int Slices = 16;

    /// <summary>As much beside the sums as a query adds up in passing.</summary>
    public const int FiguresMax = 100_000;

    /// <summary>So that each slice has its turn twice a minute, however little there is.</summary>
    static readonly TimeSpan every = TimeSpan.FromSeconds(30) / Slices;

    int[] standing = new int[Slices];
    int next;
    long? foldedAt;
    (int[] Standing, int Next, bool IsFolded) planned;

    /// <summary>
    /// All that adds to one sum is in one slice for as long as this process lives, so that it is written once for all
    /// of it.
    /// </summary>
    public static short SliceOf(Cell cell) =>
        (short)((uint)HashCode.Combine(cell.Kitchen, cell.Brand, cell.Channel) % Slices);

    /// <summary>The slices to fold in the transaction that adds some facts.</summary>
    public short[] Plan(Facts facts)
    {
        var stands = (int[])standing.Clone();
        foreach (var (cell, sums) in facts.Cells) stands[SliceOf(cell)] += sums.Count;
        var (due, turn) = (new List<short>(), next);
        var left = stands.Sum();
        var isTime = foldedAt is not { } at || clock.GetElapsedTime(at) > every;
        while (left > FiguresMax || (due.Count == 0 && isTime))
        {
            due.Add((short)turn);
            left -= stands[turn];
            stands[turn] = 0;
            turn = (turn + 1) % Slices;
        }
        planned = (stands, turn, due.Count > 0);
        return [.. due];
    }

    /// <summary>The transaction is in; one that failed has changed nothing here.</summary>
    public void Done()
    {
        (standing, next, var isFolded) = planned;
        if (isFolded) foldedAt = clock.GetTimestamp();
    }
}
