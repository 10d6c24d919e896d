namespace Tiffin.Features.Analytics;

/// <summary>
/// The dimensions of a sum. <paramref name="At"/>: start of a quarter of an hour. Brand and channel are empty for
/// events without an order.
/// </summary>
readonly record struct Cell(DateTimeOffset At, string Kitchen, string Brand, string Channel)
{
    static readonly long quarterHourTicks = TimeSpan.FromMinutes(15).Ticks;

    public static DateTimeOffset QuarterHourOf(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % quarterHourTicks, TimeSpan.Zero);

    public Cell WithTime(DateTimeOffset time) => this with { At = QuarterHourOf(time) };
}

readonly record struct SumKey(Measure Measure, string Key);

/// <summary>The amounts that a batch of events adds to the sums.</summary>
sealed class Increments
{
    readonly Dictionary<Cell, Dictionary<SumKey, long>> cells = [];

    public int Count { get; private set; }

    public IReadOnlyDictionary<Cell, Dictionary<SumKey, long>> Cells => cells;

    public void Add(Measure measure, Cell cell, string key, long value)
    {
        if (!cells.TryGetValue(cell, out var sums)) cells[cell] = sums = [];
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            sums, new SumKey(measure, key), out var isKnown);
        sum += value;
        if (!isKnown) Count++;
    }

    public void DropBefore(DateTimeOffset time)
    {
        foreach (var (cell, sums) in cells.Where(cell => cell.Key.At < time).ToArray())
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
