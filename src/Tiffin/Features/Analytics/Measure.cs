namespace Tiffin.Features.Analytics;

/// <summary>What is summed up, in brackets what its keys are. The codes are stored: append, never renumber.</summary>
enum Measure : short
{
    /// <summary>Orders, in the quarter in which they were placed.</summary>
    Placed = 0,

    /// <summary>Orders, in the quarter in which they were delivered.</summary>
    Delivered = 1,

    /// <summary>Orders, in the quarter in which they were cancelled (<c>reason/actor</c>).</summary>
    Cancelled = 2,

    /// <summary>
    /// What the orders placed in the quarter bring without tax, in minor units, less what was cancelled since
    /// (currency).
    /// </summary>
    Revenue = 3,

    /// <summary>The tax on <see cref="Revenue"/> (currency).</summary>
    Tax = 4,

    /// <summary>Pieces sold in the quarter, less what was cancelled since (item).</summary>
    Items = 5,

    /// <summary>What these bring with their modifiers, without tax and fees (<c>item/currency</c>).</summary>
    ItemRevenue = 6,

    /// <summary>Stock thrown away, by an order or without one, in its unit (ingredient).</summary>
    Wasted = 7,

    /// <summary>Orders by how long they waited to be accepted (bucket of <see cref="Histogram"/>).</summary>
    Accept = 8,

    /// <summary>… by how long they were being prepared (bucket).</summary>
    Prepare = 9,

    /// <summary>… by how long they stood ready (bucket).</summary>
    Wait = 10,

    /// <summary>… by how long they were on the road (bucket).</summary>
    Deliver = 11,
}
