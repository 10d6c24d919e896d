using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// When the customer wants a scheduled order (at the door or at the counter), and when its preparation may start.
/// </summary>
public sealed record Schedule(DateTimeOffset For, DateTimeOffset ReleaseAt)
{
    /// <summary>When its ingredients are taken from stock; null once they were.</summary>
    public DateTimeOffset? StockAt { get; init; }

    /// <summary>
    /// True after the stock did not cover the order. The order is cancelled if the stock still does not cover it at
    /// <see cref="StockAt"/>, which is then the time of the release.
    /// </summary>
    public bool? Short { get; init; }

    /// <summary>
    /// The preparation time that the kitchen gave when it accepted the order; null for that of the kitchen and items.
    /// </summary>
    public int? PrepMinutes { get; init; }

    /// <summary>When it was released; null before.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>
    /// When the timer takes the stock: within a second of <see cref="StockAt"/>. The fraction of the second orders the
    /// queue, so that among the orders of a day, the one that is wanted first takes its stock first.
    /// </summary>
    internal DateTimeOffset? StockDueAt => StockAt is not { } at || at >= ReleaseAt
        ? StockAt
        : at.AddMicroseconds(Math.Floor((For - at).TotalDays * 1_000_000));

    /// <summary>
    /// The schedule of an order that takes <paramref name="lead"/> from its release to the customer. Ingredients are
    /// taken at once if it is for the current business day, otherwise at the start of its business day.
    /// </summary>
    internal static Schedule Of(
        Kitchen kitchen, DateTimeOffset time, TimeSpan lead, bool needsStock, DateTimeOffset now)
    {
        var schedule = new Schedule(time, time - lead);
        var day = kitchen.DayAt(time);
        return !needsStock || day == kitchen.DayAt(now)
            ? schedule
            : (schedule with { StockAt = schedule.ReleaseAt }).WithReleaseAt(kitchen, schedule.ReleaseAt);
    }

    /// <summary>
    /// The schedule with another release time. Stock that is still to be taken is taken when the business day starts,
    /// or at the release if that is earlier or the stock was short.
    /// </summary>
    internal Schedule WithReleaseAt(Kitchen kitchen, DateTimeOffset releaseAt)
    {
        var start = kitchen.StartOf(kitchen.DayAt(For));
        return this with
        {
            ReleaseAt = releaseAt,
            StockAt = StockAt is null ? null : Short == true || start > releaseAt ? releaseAt : start,
        };
    }

    /// <summary>
    /// The time from the release of an order to the customer, if it is wanted at <paramref name="time"/>.
    /// </summary>
    internal static TimeSpan LeadTime(
        CatalogueSnapshot catalogue, Kitchen kitchen, FulfilmentType fulfilment, IEnumerable<BasketLine> lines,
        DateTimeOffset time)
    {
        var items = lines.Select(line => catalogue.Items[line.ItemId].PrepMinutes);
        return TimeSpan.FromMinutes(
            Promise.DeliveryMinutes(kitchen, fulfilment) + (Promise.PrepMinutesAt(kitchen, items, time) ?? 0));
    }

    /// <summary>The same for an order that has been placed.</summary>
    internal TimeSpan LeadTime(CatalogueSnapshot catalogue, Kitchen kitchen, Order order, DateTimeOffset time) =>
        PrepMinutes is { } minutes
            ? TimeSpan.FromMinutes(Promise.DeliveryMinutes(kitchen, order.Fulfilment) + minutes)
            : LeadTime(catalogue, kitchen, order.Fulfilment, order.Lines.Value, time);

    /// <summary>
    /// Why an order cannot be scheduled for a time; null if it can. The kitchen must be open when it has to start.
    /// </summary>
    /// <param name="wait">The current wait in the kitchen's queue, which an order for later does not join.</param>
    internal static Refusal? Check(
        Kitchen kitchen, DateTimeOffset time, TimeSpan lead, TimeSpan wait, string pointer, DateTimeOffset now)
    {
        var earliest = now + lead + wait;
        if (time < earliest) return new Refusal.TooSoon(pointer, Deadline.NextMinute(earliest));
        var latest = Deadline.In(now, TimeSpan.FromDays(kitchen.Times.ScheduleDaysMax));
        if (time > latest) return new Refusal.TooFarAhead(pointer, latest);
        if (kitchen.IsOpen(time - lead)) return null;
        var opensAt = kitchen.NextOpening(time - lead);
        return new Refusal.ClosedThen(pointer, opensAt, opensAt + lead);
    }
}
