using System.Globalization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests;

/// <summary>Describes the outcome of a command on one line, so that stories read like a specification.</summary>
static class Answer
{
    public static string Of(Decision decision, CatalogueSnapshot catalogue) => decision switch
    {
        Decision.Accepted accepted => Told(accepted.Events, catalogue),
        Decision.Unchanged { Result: Result.OfOrder order } => $"unchanged: order {NumberOf(order.Id)}",
        Decision.Unchanged => "unchanged",
        Decision.Replayed => "replayed",
        Decision.Refused refused => Of(refused.Reason),
        Decision.RefusedWithEvent counted => Of(counted.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(decision)),
    };

    /// <summary>The seed that an order's id was created from.</summary>
    public static int NumberOf(Guid order) => int.Parse(
        order.ToString("N").AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static string Of(DateTimeOffset? until) =>
        until is { } time ? FormattableString.Invariant($" until {time:MM-dd HH:mm}") : "";

    public static string Crossing(StockState before, StockState after) => (before, after) switch
    {
        (StockState.Out, StockState.Low) => "no longer out",
        (_, StockState.Low) => "low",
        (_, StockState.Out) => "out",
        _ => "recovered",
    };

    static string Told(IReadOnlyList<DomainEvent> events, CatalogueSnapshot catalogue)
    {
        // Crossings come last, sorted: the order of their ingredients has no meaning.
        var crossings = events.OfType<StockStateChanged>().OrderBy(one => Sku(one.Stock), StringComparer.Ordinal)
            .Select(one => $"{Sku(one.Stock)} {Crossing(one.Before, one.State)} at {one.OnHand}");
        return string.Join("; ", events.Where(one => one is not StockStateChanged).Select(Of).Concat(crossings));

        string Sku(StockKey key) => catalogue.IngredientOf(key.Ingredient).Sku;

        string Of(DomainEvent happened) => happened switch
        {
            OrderPlaced { Order: var order } placed =>
                FormattableString.Invariant($"order {NumberOf(order.Id)} #{order.Number} of {order.Day:MM-dd}")
                + $" for {placed.Content.Totals.Total.Amount}{Moved(placed)}",
            OrderStatusChanged moved => $"{moved.Status} v{moved.Version}{(moved.Implied ? " implied" : "")}"
                + $"{(moved.Reason is null ? "" : " " + moved.Reason)}{Moved(moved)}",
            PromiseChanged { Promise: var promise } changed => FormattableString.Invariant(
                $"ready {promise.ReadyAt:HH:mm}, moved {promise.Moved} v{changed.Version}"),
            OrderOverdue { Overdue: var missed } overdue =>
                FormattableString.Invariant($"{missed.Kind} overdue since {missed.DueAt:HH:mm:ss} v{overdue.Version}"),
            OrderProgressed progressed => string.Join(", ", progressed.Steps.Select(step =>
                $"{step.Line} {step.From}>{step.To}"))
                + $" v{progressed.Version}{(progressed.Station is null ? "" : " at " + progressed.Station)}",
            OrderReleased released => $"released v{released.Version}",
            OrderRescheduled { Schedule: var schedule } rescheduled => FormattableString.Invariant(
                $"for {schedule.For:MM-dd HH:mm:ss}, released {schedule.ReleaseAt:HH:mm} v{rescheduled.Version}"),
            StockTaken taken => $"stock taken v{taken.Version}{Moved(taken)}",
            OrderStockShort few => $"short v{few.Version}",
            CourierAssigned assigned => $"{assigned.CourierId} assigned v{assigned.Version}",
            CourierUnassigned unassigned => $"{unassigned.CourierId} unassigned v{unassigned.Version}",
            CourierArrived arrived => $"at {arrived.Where} v{arrived.Version}",
            DeliveryFailed { Attempt: var attempt } failed =>
                FormattableString.Invariant($"attempt {attempt.Attempt} {attempt.Outcome}, decide by ")
                + FormattableString.Invariant($"{attempt.DecideBy:HH:mm:ss} v{failed.Version}"),
            DeliveryDecided { Attempt: var attempt } decided =>
                $"attempt {attempt.Attempt} {attempt.Decision} v{decided.Version}",
            StockMoved { Movement: var movement } moved =>
                $"{movement.Kind} {Sku(movement.Stock)}{Signed(movement.Delta)} = {moved.OnHand}",
            ThresholdSet set => $"{Sku(set.Stock)} threshold {set.Threshold}",
            CatalogueChanged changed => Changed(changed),
            _ => throw new ArgumentOutOfRangeException(nameof(happened)),
        };

        string Moved(DomainEvent happened) => string.Concat(happened.Movements
            .OrderBy(movement => Sku(movement.Stock), StringComparer.Ordinal)
            .Select(movement => $", {movement.Kind} {Sku(movement.Stock)}{Signed(movement.Delta)}"));
    }

    public static string Signed(long delta) => delta.ToString("+0;-0;+0", CultureInfo.InvariantCulture);

    static string Changed(CatalogueChanged changed) => changed.Entry switch
    {
        Brand brand => $"brand {brand.Id}",
        Ingredient ingredient => $"ingredient {ingredient.Sku}",
        Item item => $"item {item.Id}",
        Kitchen kitchen when changed.IsModeChange =>
            $"{kitchen.Id} {kitchen.Mode.Mode}{Of(kitchen.Mode.Until)} {kitchen.Mode.Reason}".TrimEnd(),
        Kitchen kitchen when !changed.IsPublished => $"{kitchen.Id} {kitchen.TimeoutsInRow} timeouts",
        Kitchen kitchen => $"kitchen {kitchen.Id}",
        ItemAvailability off => $"{off.Key.ItemId} {(off.IsOff ? "off" : "on")}{Of(off.Until)}",
        _ => throw new ArgumentOutOfRangeException(nameof(changed)),
    };

    static string Of(Refusal refusal) => refusal switch
    {
        Refusal.Invalid invalid => string.Join(", ", invalid.Faults.Select(fault => $"{fault.Pointer} {fault.Code}")),
        Refusal.KeyReused => "key reused",
        Refusal.OrderNotFound => "no such order",
        Refusal.EntryNotFound unknown => $"no {unknown.Kind} {unknown.Id}",
        Refusal.OutOfStock { Lines: var lines } => "out of stock: " + string.Join(", ", lines.Select(Short)),
        Refusal.ItemUnavailable off => $"{off.Pointer} {off.ItemId} off{Of(off.Until)}",
        Refusal.KitchenPaused paused => $"paused{Of(paused.Until)}",
        Refusal.KitchenClosed closed => $"closed{Of(closed.OpensAt)}",
        Refusal.TooSoon soon => $"{soon.Pointer} too soon{Of(soon.Earliest)}",
        Refusal.TooFarAhead far => $"{far.Pointer} too far ahead{Of(far.Latest)}",
        Refusal.ClosedThen closed =>
            $"{closed.Pointer} closed then{Of(closed.OpensAt)}{Of(closed.Earliest).Replace("until", "earliest")}",
        Refusal.NotScheduled => "not scheduled",
        Refusal.NotReleased held => $"not released{Of(held.ReleaseAt)}",
        Refusal.AlreadyReleased => "already released",
        Refusal.TooLateToReschedule late => $"too late to reschedule, since{Of(late.Until)[6..]}",
        Refusal.TooManyOpenOrders open => $"{open.Max} open already",
        Refusal.ReferenceInUse used => $"reference of order {NumberOf(used.OrderId)}",
        Refusal.TotalChanged { Totals: var totals } => $"total is {totals.Total.Amount}",
        Refusal.IllegalMove move =>
            $"not from {move.From} to {move.To}, but to: {string.Join(' ', move.Allowed)}".TrimEnd()
                + (move.IfStatus is { } seen ? $", if {seen}" : ""),
        Refusal.OrderFinished finished => $"finished, is {finished.Status}",
        Refusal.PromiseMovedTooOften moved => $"moved {moved.Max} times already",
        Refusal.TooManyChanges changes => $"v{changes.Version} of {changes.Max}",
        Refusal.WrongStatus wrong => $"is {wrong.Status}, must be {string.Join(' ', wrong.Possible)}",
        Refusal.CourierTaken => "taken",
        Refusal.NoCourier => "no courier",
        Refusal.NotADelivery => "no delivery",
        Refusal.WrongCode { LockedUntil: null } wrong => $"wrong, {wrong.AttemptsLeft} left",
        Refusal.WrongCode wrong => $"wrong, {wrong.AttemptsLeft} left, locked{Of(wrong.LockedUntil)}",
        Refusal.CodeLocked locked => $"locked{Of(locked.Until)}",
        Refusal.DecisionPending pending => $"attempt {pending.Attempt} is pending",
        Refusal.AlreadyDecided decided => $"decided: {decided.Decision}",
        Refusal.StaleVersion stale => $"stale, is v{stale.Version}",
        Refusal.NotEnoughStock few => $"{few.Pointer} {few.Sku} {few.Needed} of {few.Available}",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };

    static string Short(ShortLine line) => $"line {line.Line} {line.ItemId} {line.Portions} portions ("
        + string.Join(", ", line.Missing.OrderBy(one => one.Sku, StringComparer.Ordinal)
            .Select(one => $"{one.Sku} {one.Needed} of {one.Available} {one.Unit}")) + ")";
}
