using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// When an order will be ready and, if the kitchen knows its delivery times, the range in which it arrives.
/// <paramref name="First"/> is the first time that was promised; <paramref name="Moved"/> counts how often the promise
/// was moved to a later time.
/// </summary>
public sealed record Promise(
    DateTimeOffset ReadyAt, DateTimeOffset? DeliverFrom, DateTimeOffset? DeliverTo, DateTimeOffset First, int Moved)
{
    public const int PrepMinutesMax = 240;

    /// <summary>
    /// The promise for an order that is placed now: the longest preparation time of the kitchen and the items, the
    /// delay of a busy kitchen, and the wait for the orders before it. Null if no preparation time is configured.
    /// </summary>
    public static Promise? Default(
        Kitchen kitchen, FulfilmentType fulfilment, IEnumerable<int?> itemPrepMinutes, DateTimeOffset now,
        int waitMinutes = 0)
    {
        return PrepMinutesAt(kitchen, itemPrepMinutes, now) is { } minutes
            ? In(kitchen, fulfilment, minutes + waitMinutes, now)
            : null;
    }

    /// <summary>The minutes of preparation at a time; null if none are configured.</summary>
    public static int? PrepMinutesAt(Kitchen kitchen, IEnumerable<int?> itemPrepMinutes, DateTimeOffset time) =>
        itemPrepMinutes.Append(kitchen.Times.PrepMinutes).Max() + kitchen.Mode.At(time).DelayMinutes;

    /// <summary>The first promise of an order that the customer wants at a time (at the door or counter).</summary>
    public static Promise For(Kitchen kitchen, FulfilmentType fulfilment, DateTimeOffset time)
    {
        var readyAt = time.AddMinutes(-DeliveryMinutes(kitchen, fulfilment));
        return Initial(readyAt).WithReadyAt(readyAt, kitchen, fulfilment);
    }

    /// <summary>Maximum minutes from ready to delivered; 0 for a pickup, or if none are configured.</summary>
    public static int DeliveryMinutes(Kitchen kitchen, FulfilmentType fulfilment) =>
        fulfilment == FulfilmentType.Delivery ? kitchen.Times.DeliveryMinutes?.To ?? 0 : 0;

    /// <summary>A first promise of <paramref name="minutes"/> from now.</summary>
    public static Promise In(Kitchen kitchen, FulfilmentType fulfilment, int minutes, DateTimeOffset now)
    {
        var readyAt = Deadline.In(now, TimeSpan.FromMinutes(minutes));
        return Initial(readyAt).WithReadyAt(readyAt, kitchen, fulfilment);
    }

    /// <summary>A promise without a range, which was never moved.</summary>
    internal static Promise Initial(DateTimeOffset readyAt) => new(readyAt, null, null, readyAt, Moved: 0);

    /// <summary>The promise for another time; counts as moved if it is later.</summary>
    public Promise MovedTo(DateTimeOffset readyAt, Kitchen kitchen, FulfilmentType fulfilment) =>
        WithReadyAt(readyAt, kitchen, fulfilment) with { Moved = readyAt > ReadyAt ? Moved + 1 : Moved };

    /// <summary>The promise for another time, which does not count as moved.</summary>
    public Promise WithReadyAt(DateTimeOffset readyAt, Kitchen kitchen, FulfilmentType fulfilment)
    {
        var range = fulfilment == FulfilmentType.Delivery ? kitchen.Times.DeliveryMinutes : null;
        return this with
        {
            ReadyAt = readyAt,
            DeliverFrom = range is null ? null : readyAt.AddMinutes(range.From),
            DeliverTo = range is null ? null : readyAt.AddMinutes(range.To),
        };
    }
}

static class Deadline
{
    /// <summary>Deadlines are whole seconds, because screens count them down.</summary>
    public static DateTimeOffset In(DateTimeOffset now, TimeSpan time) => TruncateToSeconds(now + time);

    public static DateTimeOffset NextMinute(DateTimeOffset time) =>
        new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute + TimeSpan.TicksPerMinute, time.Offset);

    public static DateTimeOffset TruncateToSeconds(DateTimeOffset time) =>
        new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, time.Offset);
}
