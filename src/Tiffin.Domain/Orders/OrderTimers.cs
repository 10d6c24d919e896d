using Tiffin.Domain.Catalogue;

namespace Tiffin.Domain.Orders;

/// <summary>
/// The deadlines of an order. A deadline is computed from the order and never held in memory, so a restart loses none;
/// its effect is decided in the batch, so a timer that fires twice or late does no harm.
/// </summary>
public static class OrderTimers
{
    static readonly OrderTimer[] all =
    [
        new(AcceptanceOverdueAt, ReportOverdue(OverdueKind.Acceptance)),
        new((order, kitchen) => AwaitsAcceptance(order, kitchen) ? order.Details.AcceptBy : null, TimeOut),
        new((order, _) => order.Details.Schedule?.StockDueAt,
            (workset, order, _, _) => StockDeduction.DecideDue(workset, order)),
        new((order, _) => order is { AwaitsRelease: true, HasStock: true } ? order.Details.Schedule!.ReleaseAt : null,
            Release),
        new(ReadinessOverdueAt, ReportOverdue(OverdueKind.Readiness)),
        new((order, _) => order.Status == OrderStatus.Ready
            ? DueUnlessReported(order, OverdueKind.Collection, order.Details.CollectBy)
            : null, ReportOverdue(OverdueKind.Collection)),
        new((order, _) => DueUnlessReported(order, OverdueKind.Delivery, order.Details.Promise?.DeliverTo),
            ReportOverdue(OverdueKind.Delivery)),
        new((order, _) => DeliveryAttempt.PendingOf(order)?.DecideBy, GiveUp),
    ];

    /// <summary>The earliest deadline; null if none is left.</summary>
    public static DateTimeOffset? Next(Order order, Kitchen kitchen)
    {
        if (!order.IsOpen || ReferenceEquals(order.Details, OrderDetails.None)) return null;
        DateTimeOffset? next = null;
        foreach (var timer in all)
        {
            if (timer.DueAt(order, kitchen) is { } at && !(next <= at)) next = at;
        }
        return next;
    }

    /// <summary>The effect of the earliest deadline if it has passed; null if none has.</summary>
    internal static Decision? Fire(Workset workset, Order order, Kitchen kitchen)
    {
        if (!(Next(order, kitchen) is { } due && due <= workset.Now)) return null;
        return all.First(timer => timer.DueAt(order, kitchen) == due).Fire(workset, order, kitchen, due);
    }

    // A kitchen that has switched to automatic acceptance will accept the order.
    static bool AwaitsAcceptance(Order order, Kitchen kitchen) =>
        order.Status == OrderStatus.Placed && kitchen.Acceptance == Acceptance.Manual;

    static DateTimeOffset? AcceptanceOverdueAt(Order order, Kitchen kitchen)
    {
        if (!AwaitsAcceptance(order, kitchen)
            || order.Details is not { NudgeAt: { } nudge, AcceptBy: { } acceptBy }) return null;
        var due = nudge.AddSeconds(kitchen.Times.AcceptanceOverdueSeconds - kitchen.Times.NudgeSeconds);
        return due < acceptBy ? DueUnlessReported(order, OverdueKind.Acceptance, due) : null;
    }

    static DateTimeOffset? ReadinessOverdueAt(Order order, Kitchen kitchen) => order.Status < OrderStatus.Ready
        ? DueUnlessReported(order, OverdueKind.Readiness,
            order.Details.Promise?.ReadyAt.AddMinutes(kitchen.Times.ReadinessOverdueMinutes))
        : null;

    // Null once the event for this deadline was published.
    static DateTimeOffset? DueUnlessReported(Order order, OverdueKind kind, DateTimeOffset? due) =>
        due is { } at && order.Details.Overdue?.Contains(new Overdue(kind, at)) != true ? due : null;

    static Effect ReportOverdue(OverdueKind kind) => (workset, order, _, due) => new Decision.Accepted(
        [new OrderOverdue(order.Id, order.Version + 1, workset.Now, Role.System, new Overdue(kind, due))],
        new Result.OfOrder(order.Id));

    static Decision Release(Workset workset, Order order, Kitchen kitchen, DateTimeOffset due) =>
        new ReleaseOrder(order.Id, IfVersion: null) { Caller = Caller.System }.Decide(workset);

    // Cancels the order, and pauses a kitchen that seems to be unattended.
    static Decision TimeOut(Workset workset, Order order, Kitchen kitchen, DateTimeOffset due)
    {
        var cancel = new CancelOrder(order.Id, IfVersion: null, CancelOrder.ReasonTimedOut, Stock: null)
        {
            Caller = Caller.System,
        };
        var decision = cancel.Decide(workset);
        if (decision is not Decision.Accepted cancelled) return decision;
        var counted = kitchen with { TimeoutsInRow = kitchen.TimeoutsInRow + 1 };
        var pauses = counted.TimeoutsInRow >= kitchen.Times.PauseAfterTimeouts
            && kitchen.Mode.At(workset.Now).Mode != KitchenMode.Paused;
        var changed = pauses
            ? new CatalogueChanged(counted with
            {
                Mode = kitchen.Mode.Next(new ModeSetting(KitchenMode.Paused, Until: null, DelayMinutes: 0)
                {
                    Reason = ModeSetting.NotAnswering,
                }, workset.Now),
            }, IsModeChange: true)
            : new CatalogueChanged(counted) { IsPublished = false };
        return cancelled with { Events = [.. cancelled.Events, changed] };
    }

    static Decision GiveUp(Workset workset, Order order, Kitchen kitchen, DateTimeOffset due) =>
        DeliveryAttempt.PendingOf(order)!.End(workset, order, DeliveryDecision.GiveUp, Caller.System);

    delegate Decision Effect(Workset workset, Order order, Kitchen kitchen, DateTimeOffset due);

    sealed record OrderTimer(Func<Order, Kitchen, DateTimeOffset?> DueAt, Effect Fire);
}

/// <summary>
/// Applies the effect of an order's earliest deadline, if it has passed; otherwise changes nothing. One per command.
/// </summary>
public sealed record FireOrderTimer(Guid OrderId) : OrderCommand(OrderId, IfVersion: null)
{
    /// <summary>The timer may take the order's ingredients, or cancel it, which returns them.</summary>
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.OrdersWithStock.Add(OrderId);

    protected internal override Decision DecideOn(Workset workset, Order order) =>
        OrderTimers.Fire(workset, order, workset.Catalogue.KitchenOf(order.Kitchen)!) ?? Unchanged();
}

/// <summary>An order missed a deadline.</summary>
public sealed record OrderOverdue(Guid OrderId, int Version, DateTimeOffset At, Role Actor, Overdue Overdue)
    : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderOverdue;

    protected override Order Change(Order order) => order with
    {
        Details = order.Details with { Overdue = [.. order.Details.Overdue ?? [], Overdue] },
    };
}
