namespace Tiffin.Subscribers.Analytics;

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

readonly record struct Figure(Measure Measure, Cell Cell, string Key);

/// <summary>Sums of what some events say.</summary>
sealed class Facts
{
    readonly Dictionary<Figure, long> sums = [];

    public int Count => sums.Count;

    public IReadOnlyDictionary<Figure, long> Sums => sums;

    public void Add(Measure measure, Cell cell, string key, long value)
    {
        var figure = new Figure(measure, cell, key);
        sums[figure] = sums.GetValueOrDefault(figure) + value;
    }

    /// <summary>Leaves out what lies before a time.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var figure in sums.Keys.Where(figure => figure.Cell.At < before).ToArray()) sums.Remove(figure);
    }

    public void Clear() => sums.Clear();
}
