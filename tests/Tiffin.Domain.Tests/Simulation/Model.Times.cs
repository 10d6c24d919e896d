using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>The promises and timers of each order: which timer is due next, and its effect.</summary>
sealed partial class Model
{
    readonly Dictionary<string, int> timeouts = [];
    readonly HashSet<string> unattended = [];

    /// <summary>The times of each order, in the format of <see cref="TimesOf"/>.</summary>
    public IReadOnlyDictionary<Guid, string> Times => tickets.ToDictionary(one => one.Key, one => Words(
        one.Value.Ready, one.Value.DeliverTo, one.Value.First, one.Value.Ready is null ? null : one.Value.Moved,
        one.Value.AcceptBy, one.Value.CollectBy, one.Value.Release, one.Value.StockAt, one.Value.Released));

    public static string TimesOf(Order order)
    {
        var (details, promise, schedule) = (order.Details, order.Details.Promise, order.Details.Schedule);
        return Words(promise?.ReadyAt, promise?.DeliverTo, promise?.First, promise?.Moved, details.AcceptBy,
            details.CollectBy, schedule?.ReleaseAt, schedule?.StockAt, schedule?.ReleasedAt);
    }

    static string Words(
        DateTimeOffset? ready, DateTimeOffset? deliverTo, DateTimeOffset? first, int? moved, DateTimeOffset? acceptBy,
        DateTimeOffset? collectBy, DateTimeOffset? release, DateTimeOffset? stockAt, DateTimeOffset? released) =>
        FormattableString.Invariant($"ready {ready:s}, at the door {deliverTo:s}, first {first:s}, moved {moved};")
        + FormattableString.Invariant($" accept {acceptBy:s}, collect {collectBy:s};")
        + FormattableString.Invariant($" release {release:s}, stock {stockAt:s}, released {released:s}");

    int? Prep(PutKitchen kitchen, IEnumerable<BasketLine> lines, DateTimeOffset at)
    {
        var longest = lines.Select(line => items[line.ItemId].PrepMinutes).Append(kitchen.Times.PrepMinutes).Max();
        var (mode, until, delay) = modes.GetValueOrDefault(kitchen.Id);
        return longest + (mode == KitchenMode.Busy && (until is null || until > at) ? delay : 0);
    }

    int Work(PutKitchen kitchen, IEnumerable<BasketLine> lines) => kitchen.Times.ParallelLines is null
        ? 0
        : lines.Sum(line => items[line.ItemId].PrepMinutes ?? kitchen.Times.PrepMinutes ?? 0);

    int Queue(PutKitchen kitchen)
    {
        if (kitchen.Times.ParallelLines is not { } parallel) return 0;
        var work = tickets.Values.Where(one => one.Kitchen == kitchen.Id && Is(one, "Placed Accepted"))
            .Sum(one => one.Work);
        return Math.Min(240, (int)Math.Ceiling((decimal)work / parallel));
    }

    static int Ride(PutKitchen kitchen, bool isPickup) => isPickup ? 0 : kitchen.Times.DeliveryMinutes?.To ?? 0;

    /// <summary>Sets the promise of the order and the deadline for its acceptance.</summary>
    void Plan(Ticket ticket, PutKitchen kitchen, DateTimeOffset? wanted, bool takesLater)
    {
        if (wanted is { } time)
        {
            ticket.For = time;
            ticket.StockAt = takesLater ? StartOf(kitchen.Id, ticket.Day) : null;
            ReleaseThen(ticket, time.AddMinutes(-Lead(ticket, kitchen, time)));
            Promise(ticket, kitchen, time.AddMinutes(-Ride(kitchen, ticket.IsPickup)));
        }
        else
        {
            if (Prep(kitchen, ticket.Lines, now) is { } minutes)
                Promise(ticket, kitchen, now.AddMinutes(minutes + Queue(kitchen)));
            ticket.Work = Work(kitchen, ticket.Lines);
        }
        ticket.First = ticket.Ready;
        if (kitchen.Acceptance == Acceptance.Automatic) return;
        (ticket.Nudge, ticket.AcceptBy) = (now.AddMinutes(1), now.AddMinutes(8));
    }

    static void Promise(Ticket ticket, PutKitchen kitchen, DateTimeOffset ready)
    {
        ticket.Ready = ready;
        ticket.DeliverTo = ticket.IsPickup || kitchen.Times.DeliveryMinutes is not { } range
            ? null
            : ready.AddMinutes(range.To);
    }

    /// <summary>The effects of a step on times: the kitchen's own minutes, and the deadline for collection.</summary>
    void Reach(Ticket ticket, string step, int? minutes)
    {
        var kitchen = kitchens[ticket.Kitchen];
        if (step == "Accepted" && minutes is { } own && IsHeld(ticket))
        {
            ticket.Given = own;
            ReleaseThen(ticket, ticket.Ready!.Value.AddMinutes(-own));
        }
        else if (step == "Accepted" && minutes is { } given
            && (ticket.For is null || !(now.AddMinutes(given) <= ticket.Ready)))
        {
            Promise(ticket, kitchen, now.AddMinutes(given));
            (ticket.First, ticket.Moved) = (ticket.First ?? ticket.Ready, 0);
        }
        else if (step == "Ready" && ticket.Ready is { } ready)
        {
            ticket.CollectBy = (ticket.For is not null && ready > now ? ready : now).AddMinutes(10);
        }
        if (step != "Accepted") ticket.Work = 0;
    }

    string Promise(ChangePromise change)
    {
        if (Find(change.OrderId, change.IfVersion, change, out var ticket) is { } refusal) return refusal;
        if (!Is(ticket, "Placed Accepted Preparing")) return $"finished, is {ticket.Status}";
        if (IsHeld(ticket)) return $"not released{Answer.Of(ticket.Release)}";
        var wanted = change.ReadyAt ?? now.AddMinutes(change.PrepMinutes!.Value);
        if (wanted == ticket.Ready || (change.ReadyAt is null && ticket.Ready is { } known
            && Math.Abs((wanted - known).TotalSeconds) < 60))
            return $"unchanged: order {Answer.NumberOf(change.OrderId)}";
        var pointer = change.ReadyAt is null ? "/prepMinutes" : "/readyAt";
        if (wanted < now) return $"{pointer} in_the_past";
        if (!(wanted < ticket.Ready) && wanted > (ticket.First?.AddMinutes(60) ?? now.AddMinutes(240)))
            return $"{pointer} out_of_range";
        if (wanted > ticket.Ready && ++ticket.Moved > 3)
        {
            ticket.Moved = 3;
            return "moved 3 times already";
        }
        Promise(ticket, kitchens[ticket.Kitchen], wanted);
        ticket.First ??= wanted;
        return FormattableString.Invariant($"ready {wanted:HH:mm}, moved {ticket.Moved} v{++ticket.Version}");
    }

    string Fire(FireOrderTimer fire)
    {
        if (!tickets.TryGetValue(fire.OrderId, out var ticket)) return "no such order";
        var next = Alarms(fire.OrderId, ticket).Where(alarm => IsOpen(ticket) && alarm.Due is not null)
            .OrderBy(alarm => alarm.Due).FirstOrDefault();
        return next.Due <= now ? next.Ring() : $"unchanged: order {Answer.NumberOf(fire.OrderId)}";
    }

    IEnumerable<(DateTimeOffset? Due, Func<string> Ring)> Alarms(Guid order, Ticket ticket)
    {
        var waits = ticket.Status == "Placed" && kitchens[ticket.Kitchen].Acceptance == Acceptance.Manual;
        if (waits && ticket.Nudge?.AddSeconds(30) < ticket.AcceptBy)
            yield return Late("Acceptance", ticket.Nudge?.AddSeconds(30));
        if (waits) yield return (ticket.AcceptBy, () => TimeOut(order, ticket));
        yield return (StockDue(ticket), () => TakeOrWait(order, ticket));
        if (IsHeld(ticket) && ticket.StockAt is null) yield return (ticket.Release, () => Released(ticket));
        if (Is(ticket, "Placed Accepted Preparing")) yield return Late("Readiness", ticket.Ready?.AddMinutes(5));
        if (ticket.Status == "Ready") yield return Late("Collection", ticket.CollectBy);
        yield return Late("Delivery", ticket.DeliverTo);
        if (ticket.Status == "OutForDelivery" && ticket.Attempts is [.., null])
            yield return (ticket.DecideBy, () =>
            {
                ticket.Attempts[^1] = "GiveUp";
                return Undelivered(order, ticket, Caller.System);
            });

        (DateTimeOffset? Due, Func<string> Ring) Late(string kind, DateTimeOffset? due) =>
            (due is { } at && ticket.Told.Contains((kind, at)) ? null : due, () =>
            {
                ticket.Told.Add((kind, due!.Value));
                return FormattableString.Invariant($"{kind} overdue since {due:HH:mm:ss} v{++ticket.Version}");
            });
    }

    string TimeOut(Guid order, Ticket ticket)
    {
        var answer = Cancel(new CancelOrder(order, null, "not_accepted_in_time", null) { Caller = Caller.System });
        var id = ticket.Kitchen;
        var count = timeouts[id] = timeouts.GetValueOrDefault(id) + 1;
        var (mode, until, _) = modes.GetValueOrDefault(id);
        var isPaused = mode == KitchenMode.Paused && (until is null || until > now);
        if (count < 3 || isPaused) return Insert(answer, $"; {id} {count} timeouts");
        modes[id] = (KitchenMode.Paused, null, 0);
        unattended.Add(id);
        return Insert(answer, $"; {id} Paused not_answering");
    }

    /// <summary>Inserts before the levels, which come last in an answer.</summary>
    static string Insert(string answer, string text) =>
        answer.Insert(answer.Contains(';') ? answer.IndexOf(';') : answer.Length, text);

    string Answered(Ticket ticket) => ticket.Status == "Placed" && timeouts.Remove(ticket.Kitchen)
        ? $"; {ticket.Kitchen} 0 timeouts"
        : "";
}
