using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// The work that a kitchen with <see cref="KitchenTimes.ParallelLines"/> has not started yet: the preparation minutes
/// of the lines of its orders up to <c>accepted</c>. Scheduled orders count from their release on.
/// </summary>
static class KitchenQueue
{
    /// <summary>A longer queue contains orders whose status was never advanced: a kitchen would pause.</summary>
    public const int WaitMinutesMax = 240;

    /// <summary>What an order adds to the queue; 0 in a kitchen without one.</summary>
    public static int MinutesOf(Kitchen kitchen, IEnumerable<BasketLine> lines, CatalogueSnapshot catalogue) =>
        kitchen.Times.ParallelLines is null
            ? 0
            : lines.Sum(line =>
                catalogue.Items.GetValueOrDefault(line.ItemId)?.PrepMinutes ?? kitchen.Times.PrepMinutes ?? 0);

    /// <summary>How long a new order waits until its preparation starts, in minutes.</summary>
    public static int WaitMinutes(Workset workset, Kitchen kitchen) =>
        kitchen.Times.ParallelLines is { } lines
            ? (int)Math.Min((workset.Queues.GetValueOrDefault(kitchen.Number) + lines - 1) / lines, WaitMinutesMax)
            : 0;
}
