namespace Tiffin.Features.Analytics;

/// <summary>
/// Where something counts. <paramref name="At"/> is the start of a quarter of an hour; brand and channel are empty
/// for what no order caused.
/// </summary>
readonly record struct Cell(DateTimeOffset At, string Kitchen, string Brand, string Channel)
{
    static readonly long quarter = TimeSpan.FromMinutes(15).Ticks;

    public static DateTimeOffset QuarterOf(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % quarter, TimeSpan.Zero);

    public Cell In(DateTimeOffset time) => this with { At = QuarterOf(time) };
}

readonly record struct Figure(Measure Measure, string Key);

/// <summary>Sums of what some events say, by where they count.</summary>
sealed class Facts
{
    readonly Dictionary<Cell, Dictionary<Figure, long>> cells = [];

    public int Count { get; private set; }

    public IReadOnlyDictionary<Cell, Dictionary<Figure, long>> Cells => cells;

    public void Add(Measure measure, Cell cell, string key, long value)
    {
        if (!cells.TryGetValue(cell, out var sums)) cells[cell] = sums = [];
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            sums, new Figure(measure, key), out var isKnown);
        sum += value;
        if (!isKnown) Count++;
    }

    /// <summary>Leaves out what lies before a time.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (cell, sums) in cells.Where(cell => cell.Key.At < before).ToArray())
        {
            cells.Remove(cell);
            Count -= sums.Count;
        }
    }

    public void Clear()
    {
        cells.Clear();
        Count = 0;
    }
}
