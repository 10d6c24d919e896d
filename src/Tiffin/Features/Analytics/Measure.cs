namespace Tiffin.Features.Analytics;

/// <summary>What a sum counts, with its key in brackets. The codes are stored: append, never renumber.</summary>
enum Measure : short
{
    /// <summary>Orders, in the quarter of placement.</summary>
    Placed = 0,

    /// <summary>Orders, in the quarter of delivery.</summary>
    Delivered = 1,

    /// <summary>Orders, in the quarter of cancellation (<c>reason/actor</c>).</summary>
    Cancelled = 2,

    /// <summary>
    /// Subtotals and fees of orders placed in the quarter, before tax, minus those cancelled since, in minor units
    /// (currency).
    /// </summary>
    Revenue = 3,

    /// <summary>The tax on <see cref="Revenue"/> (currency).</summary>
    Tax = 4,

    /// <summary>Items of orders placed in the quarter, minus those cancelled since (item).</summary>
    Items = 5,

    /// <summary>Revenue of <see cref="Items"/> with modifiers, before tax and fees (<c>item/currency</c>).</summary>
    ItemRevenue = 6,

    /// <summary>
    /// Wasted stock, with or without an order, in the ingredient's unit (<c>ingredient/reason</c>, or the ingredient if
    /// no reason was given).
    /// </summary>
    Wasted = 7,

    /// <summary>Orders by time from placed to accepted (bucket of <see cref="Histogram"/>).</summary>
    Accept = 8,

    /// <summary>Orders by time in preparation (bucket).</summary>
    Prepare = 9,

    /// <summary>Orders by time from ready to pick-up (bucket).</summary>
    Wait = 10,

    /// <summary>Orders by time out for delivery (bucket).</summary>
    Deliver = 11,

    /// <summary>
    /// Orders with a promise, in the quarter in which they were ready, by time after the first promised one (bucket;
    /// <see cref="Histogram.Zero"/> if the promise was kept).
    /// </summary>
    Promises = 12,
}
