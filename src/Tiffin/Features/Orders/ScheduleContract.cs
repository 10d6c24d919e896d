using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

/// <summary>Either <c>for</c> or <c>release</c>.</summary>
sealed record ScheduleRequest(
    [property: Description("When the customer wants the order instead, on the same business day. Not for kitchens.")]
    DateTimeOffset? For = null,
    [property: Description("Releases the order, so that its preparation may start. Only for kitchens, managers and "
        + "administrators.")]
    ReleaseTime? Release = null)
{
    /// <summary>Null if neither or both are given.</summary>
    public Command? ToCommand(Guid order, IfVersion? version, Caller caller) => (For, Release) switch
    {
        ({ } time, null) => new RescheduleOrder(order, version, time) { Caller = caller },
        (null, ReleaseTime.Now) => new ReleaseOrder(order, version) { Caller = caller },
        _ => null,
    };
}

enum ReleaseTime { Now }

[Description("When the customer wants the order, and when its preparation may start.")]
sealed record ScheduleView(
    [property: Description("When the customer wants it, at the door or at the counter.")] DateTimeOffset For,
    [property: Description("When it is released: its preparation may start. It follows the kitchen's times and delay.")]
    DateTimeOffset ReleaseAt,
    [property: Description("When its ingredients are deducted from stock; absent once they are.")]
    DateTimeOffset? StockAt = null,
    [property: Description("True if the stock was short. The order is cancelled if it still is at stockAt.")]
    bool? Short = null,
    [property: Description("The preparation time that the kitchen gave when it accepted the order.")]
    int? PrepMinutes = null,
    [property: Description("When it was released; absent before.")] DateTimeOffset? ReleasedAt = null);
