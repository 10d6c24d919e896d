using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>Scheduled orders: when they are released, and when they take their stock.</summary>
sealed partial class Model
{
    static readonly string[] whoReschedules =
        [nameof(Role.Channel), nameof(Role.Customer), nameof(Role.Manager), nameof(Role.Admin)];

    static DateOnly DayAt(string kitchen, DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime + Ahead(kitchen));

    static DateTimeOffset StartOf(string kitchen, DateOnly day) =>
        new(day.ToDateTime(TimeOnly.MinValue) - Ahead(kitchen), TimeSpan.Zero);

    static TimeSpan Ahead(string kitchen) => TimeSpan.FromHours(kitchen == "k1" ? 5.5 : 14);

    static bool IsHeld(Ticket ticket) => ticket is { For: not null, Released: null };

    int Lead(Ticket ticket, PutKitchen kitchen, DateTimeOffset at) =>
        Ride(kitchen, ticket.IsPickup) + (ticket.Given ?? Prep(kitchen, ticket.Lines, at) ?? 0);

    static void ReleaseThen(Ticket ticket, DateTimeOffset at)
    {
        ticket.Release = at;
        if (ticket.StockAt is null) return;
        var morning = StartOf(ticket.Kitchen, DayAt(ticket.Kitchen, ticket.For!.Value));
        ticket.StockAt = ticket.IsShort || morning > at ? at : morning;
    }

    string? Untimely(PlaceOrder order, PutKitchen kitchen, DateTimeOffset at)
    {
        var lead = Ride(kitchen, order.Fulfilment == FulfilmentType.Pickup) + (Prep(kitchen, order.Lines, at) ?? 0);
        return Untimely("/fulfilment/at", at, lead + Queue(kitchen));
    }

    string? Untimely(string pointer, DateTimeOffset at, int lead) =>
        at < now.AddMinutes(lead) ? $"{pointer} too soon{Answer.Of(now.AddMinutes(lead + 1))}"
        : at > now.AddDays(7) ? $"{pointer} too far ahead{Answer.Of(now.AddDays(7))}"
        : null;

    /// <summary>Orders of a day take their stock in the order of the times at which they are wanted.</summary>
    static DateTimeOffset? StockDue(Ticket ticket) => ticket.StockAt is { } at && at < ticket.Release
        ? at.AddMicroseconds(Math.Floor((ticket.For!.Value - at).TotalDays * 1_000_000))
        : ticket.StockAt;

    string[] Skus(IEnumerable<BasketLine> lines) =>
    [
        .. lines.SelectMany(line => line.Modifiers.Select(one => one.ItemId).Prepend(line.ItemId))
            .SelectMany(item => items[item].Recipe).Select(part => part.Sku).Distinct(),
    ];

    string? Lacking(Ticket ticket) =>
        ticket.Skus.FirstOrDefault(sku => LevelOf(ticket.Kitchen, sku).OnHand < ticket.Taken[sku]);

    string Take(Ticket ticket)
    {
        (ticket.StockAt, ticket.IsShort) = (null, false);
        return $"stock taken v{++ticket.Version}"
            + string.Concat(ticket.Taken.Select(need => $", Sold {need.Key}-{need.Value}"))
            + string.Concat(ticket.Taken.Select(need => Add(ticket.Kitchen, need.Key, -need.Value)));
    }

    string TakeOrWait(Guid order, Ticket ticket)
    {
        if (Lacking(ticket) is null) return Take(ticket);
        if (ticket.StockAt >= ticket.Release)
            return Cancel(new CancelOrder(order, null, "out_of_stock", null) { Caller = Caller.System });
        (ticket.StockAt, ticket.IsShort) = (ticket.Release, true);
        return $"short v{++ticket.Version}";
    }

    string Released(Ticket ticket)
    {
        ticket.Released = now;
        ticket.Work = Work(kitchens[ticket.Kitchen], ticket.Lines);
        return $"released v{++ticket.Version}";
    }

    string Release(ReleaseOrder release)
    {
        if (Find(release.OrderId, release.IfVersion, release, out var ticket) is { } refusal) return refusal;
        if (!"Kitchen Manager Admin System".Contains(release.Caller.Role.ToString(), StringComparison.Ordinal))
            return "/release not_yours";
        if (ticket.For is null) return "not scheduled";
        if (!IsOpen(ticket)) return $"finished, is {ticket.Status}";
        if (ticket.Released is not null) return $"unchanged: order {Answer.NumberOf(release.OrderId)}";
        if (ticket.StockAt is null) return Released(ticket);
        if (Lacking(ticket) is { } sku)
            return $"/release {sku} {ticket.Taken[sku]} of {LevelOf(ticket.Kitchen, sku).OnHand}";
        var taken = Take(ticket);
        return Insert(taken, $"; {Released(ticket)}");
    }

    string Reschedule(RescheduleOrder reschedule)
    {
        if (Find(reschedule.OrderId, reschedule.IfVersion, reschedule, out var ticket) is { } refusal) return refusal;
        if (!whoReschedules.Contains(reschedule.Caller.Role.ToString())) return "/for not_yours";
        if (ticket.For is null) return "not scheduled";
        if (!IsOpen(ticket)) return $"finished, is {ticket.Status}";
        if (ticket.Released is not null) return "already released";
        if (ticket.For == reschedule.For) return $"unchanged: order {Answer.NumberOf(reschedule.OrderId)}";
        var until = ticket.Release!.Value.AddHours(-1);
        if (reschedule.Caller.Role == Role.Customer && now > until)
            return FormattableString.Invariant($"too late to reschedule, since {until:MM-dd HH:mm}");
        var lead = Lead(ticket, kitchens[ticket.Kitchen], reschedule.For);
        var wait = Queue(kitchens[ticket.Kitchen]);
        if (Untimely("/for", reschedule.For, lead + wait) is { } untimely) return untimely;
        if (DayAt(ticket.Kitchen, reschedule.For) != ticket.Day) return "/for other_business_day";
        return Closed(ticket.Kitchen, ticket.Lines, reschedule.For)
            ?? Moved(ticket, reschedule.For, reschedule.For.AddMinutes(-lead));
    }

    string Adjust(AdjustRelease adjust)
    {
        if (!tickets.TryGetValue(adjust.OrderId, out var ticket)) return "no such order";
        if (!IsOpen(ticket) || ticket is not { For: { } time, Released: null, Release: { } known })
            return $"unchanged: order {Answer.NumberOf(adjust.OrderId)}";
        var release = time.AddMinutes(-Lead(ticket, kitchens[ticket.Kitchen], time));
        return Math.Abs((release - known).TotalMinutes) <= 5
            ? $"unchanged: order {Answer.NumberOf(adjust.OrderId)}"
            : Moved(ticket, time, release);
    }

    string Moved(Ticket ticket, DateTimeOffset time, DateTimeOffset release)
    {
        var kitchen = kitchens[ticket.Kitchen];
        ticket.For = time;
        ReleaseThen(ticket, release);
        Promise(ticket, kitchen, time.AddMinutes(-Ride(kitchen, ticket.IsPickup)));
        (ticket.First, ticket.Moved) = (ticket.Ready, 0);
        return FormattableString.Invariant(
            $"for {time:MM-dd HH:mm:ss}, released {release:HH:mm} v{++ticket.Version}");
    }
}
