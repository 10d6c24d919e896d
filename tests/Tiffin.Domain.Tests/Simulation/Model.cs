using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>
/// A simple reference model of the chain: ids and sums, no batches, no rows, nothing shared with the domain but the
/// commands. Answers in the format of <see cref="Answer"/>.
/// </summary>
sealed partial class Model
{
    Dictionary<(string Kitchen, string Sku), Level> levels = [];
    readonly Dictionary<Guid, Ticket> tickets = [];
    readonly Dictionary<RequestKey, Guid> keys = [];
    DateTimeOffset now;

    sealed record Level(long OnHand, long Threshold, StockState State);

    sealed class Ticket
    {
        public required string Kitchen, Status;
        public required string? Reference, Customer;
        public required Guid Asked;
        public required DateOnly Day;
        public required bool IsPickup;
        public required SortedDictionary<string, long> Taken;
        public int Version = 1;
        public string? Courier;
        public readonly HashSet<string> Places = [];
        public readonly List<string?> Attempts = [];
        public DeliveryOutcome Outcome;
        public required BasketLine[] Lines;
        public required string[] Progress;
        public bool HasProgress;
        public required string[] Skus;
        public DateTimeOffset? Nudge, AcceptBy, Ready, First, DeliverTo, CollectBy, DecideBy;
        public int Moved, Work;
        public readonly HashSet<(string Kind, DateTimeOffset Due)> Told = [];
        public DateTimeOffset? For, Release, StockAt, Released;
        public bool IsShort;
        public int? Given;
    }

    public IReadOnlyDictionary<(string Kitchen, string Sku), long> OnHand =>
        levels.ToDictionary(level => level.Key, level => level.Value.OnHand);

    public string Do(Command command, DateTimeOffset at)
    {
        now = at;
        return command switch
        {
            PlaceOrder place => Once(place, () => Place(place)),
            ChangeStatus change => Move(change),
            CancelOrder cancel => Cancel(cancel),
            ChangeProgress change => Progress(change),
            AssignCourier assign => Assign(assign),
            UnassignCourier unassign => Unassign(unassign),
            RecordArrival arrive => Arrive(arrive),
            ReportFailedDelivery report => Once(report, () => Fail(report)),
            DecideDelivery decide => Decide(decide),
            ChangePromise change => Promise(change),
            FireOrderTimer fire => Fire(fire),
            ReleaseOrder release => Release(release),
            RescheduleOrder reschedule => Reschedule(reschedule),
            AdjustRelease adjust => Adjust(adjust),
            RecordMovements record => Once(record, () => Record(record)),
            SetThreshold set => SetThreshold(set),
            ImportCatalogue import => Import(import),
            CatalogueCommand put => Put(put),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }

    string Once(IdempotentCommand command, Func<(bool Done, string Answer)> decide)
    {
        if (keys.TryGetValue(command.Key, out var first))
            return first == command.Fingerprint ? "replayed" : "key reused";
        var (done, answer) = decide();
        if (done) keys[command.Key] = command.Fingerprint;
        return answer;
    }

    (bool, string) Place(PlaceOrder order)
    {
        if (order.Caller.Role == Role.Customer && order.ExternalReference is not null)
            return (false, "/externalReference not_yours");
        var kitchen = kitchens[order.KitchenId];
        var reference = order.ExternalReference is { } name ? $"{order.Channel} {name}" : null;
        if (reference is not null && Referred(order, reference) is { } referred) return (false, referred);
        if (!brands.ContainsKey(order.BrandId)) return (false, "/brandId unknown_brand");
        if (!kitchen.Brands.Contains(order.BrandId)) return (false, "/brandId not_cooked_here");
        if (Faults(order).ToArray() is { Length: > 0 } faults) return (false, string.Join(", ", faults));
        if (order.At is { } at && Untimely(order, kitchen, at) is { } untimely) return (false, untimely);
        if (Closed(kitchen.Id, order.Lines, order.At ?? now) is { } closed) return (false, closed);
        var customer = order.CustomerId is { } id ? $"{order.Channel} {id}" : null;
        if (order.OpenOrdersMax is { } max && customer is not null && tickets.Values.Count(
            one => one.Customer == customer && one.Status is not ("Delivered" or "Cancelled")) >= max)
            return (false, $"{max} open already");
        var total = Total(order, kitchen);
        if (order.ExpectedTotal is { } expected && expected.Amount != total) return (false, $"total is {total}");
        var needs = Needs(order.Lines);
        var day = DayAt(kitchen.Id, order.At ?? now);
        var takesLater = needs.Count > 0 && day != DayAt(kitchen.Id, now);
        if (!takesLater && Shortage(order, needs) is { } shortage) return (false, shortage);

        var number = tickets.Values.Count(one => one.Kitchen == kitchen.Id && one.Day == day) + 1;
        var ticket = new Ticket
        {
            Kitchen = kitchen.Id, Status = "Placed", Reference = reference, Asked = order.Fingerprint,
            Customer = customer, Day = day, Taken = needs, IsPickup = order.Fulfilment == FulfilmentType.Pickup,
            Lines = [.. order.Lines], Progress = [.. order.Lines.Select(_ => "Waiting")], Skus = Skus(order.Lines),
        };
        Plan(ticket, kitchen, order.At, takesLater);
        tickets[OrderId.Of(order.Seed, numbers.IndexOf(kitchen.Id) + 1)] = ticket;
        var answer = FormattableString.Invariant(
            $"order {Answer.NumberOf(order.Seed)} #{number} of {day:MM-dd} for {total}");
        if (!takesLater) answer += string.Concat(needs.Select(need => $", Sold {need.Key}-{need.Value}"));
        if (kitchen.Acceptance == Acceptance.Automatic)
        {
            (ticket.Status, ticket.Version) = ("Accepted", 2);
            answer += "; Accepted v2";
        }
        if (takesLater) return (true, answer);
        return (true, answer + string.Concat(needs.Select(need => Add(kitchen.Id, need.Key, -need.Value))));
    }

    string? Referred(PlaceOrder order, string reference)
    {
        var same = tickets.Where(one => one.Value.Reference == reference).Reverse().ToArray();
        foreach (var (id, ticket) in same)
            if (ticket.Asked == order.Fingerprint) return $"unchanged: order {Answer.NumberOf(id)}";
        foreach (var (id, ticket) in same)
            if (ticket.Kitchen == order.KitchenId || ticket.Status != "Cancelled")
                return $"reference of order {Answer.NumberOf(id)}";
        return null;
    }

    static readonly string[] ways =
    [
        "Placed Accepted", "Placed Accepted Preparing", "Accepted Preparing", "Preparing Ready",
        "Preparing Ready OutForDelivery", "Ready OutForDelivery", "OutForDelivery Delivered",
        "pickup Preparing Ready Delivered", "pickup Ready Delivered",
    ];

    static string[]? Way(Ticket ticket, string to)
    {
        foreach (var way in ways)
        {
            var steps = way.Replace("pickup ", "", StringComparison.Ordinal).Split(' ');
            if (way.StartsWith("pickup", StringComparison.Ordinal) && !ticket.IsPickup) continue;
            if (ticket.IsPickup && steps.Contains("OutForDelivery")) continue;
            if (steps[0] == ticket.Status && steps[^1] == to) return steps[1..];
        }
        return null;
    }

    static bool May(Role role, Ticket ticket, string to) => role switch
    {
        Role.Admin or Role.Manager => to != "Placed" && (to != "Cancelled" || IsOpen(ticket)),
        Role.Kitchen => (to is "Accepted" or "Preparing" or "Ready" or "OutForDelivery")
            || (to == "Delivered" && ticket.IsPickup) || (to == "Cancelled" && IsOpen(ticket)),
        Role.Courier => to == "OutForDelivery" || (to == "Delivered" && !ticket.IsPickup),
        Role.Channel => to is "OutForDelivery" or "Delivered" || (to == "Cancelled" && IsOpen(ticket)),
        Role.Customer => to == "Cancelled" && ticket.Status is "Placed" or "Accepted",
        _ => to == "Accepted" || (to == "Cancelled" && IsOpen(ticket)),
    };

    static bool IsOpen(Ticket ticket) => ticket.Status is not ("Delivered" or "Cancelled");

    static string Illegal(Ticket ticket, Role role, string to) =>
        $"not from {ticket.Status} to {to}, but to: " + string.Join(' ', Enum.GetNames<OrderStatus>().Where(next =>
            May(role, ticket, next) && (!IsHeld(ticket) || next is "Accepted" or "Cancelled")
            && (next == "Cancelled" || Way(ticket, next) is not null)));

    string Move(ChangeStatus change)
    {
        if (!tickets.TryGetValue(change.OrderId, out var ticket) || IsHidden(ticket, change)) return "no such order";
        if (change.IfVersion is { } seen && !seen.Matches(ticket.Version)) return $"stale, is v{ticket.Version}";
        var to = change.To.ToString();
        if (ticket.Status == to) return $"unchanged: order {Answer.NumberOf(change.OrderId)}";
        if (Way(ticket, to) is not { } steps || !May(change.Caller.Role, ticket, to))
            return Illegal(ticket, change.Caller.Role, to).TrimEnd();
        if (IsHeld(ticket) && to != "Accepted") return $"not released{Answer.Of(ticket.Release)}";
        var answered = Answered(ticket);
        ticket.Status = to;
        foreach (var step in steps) Reach(ticket, step, change.PrepMinutes);
        if (change.Caller.Role == Role.Courier) Carries(ticket, change.Caller.Id);
        return string.Join("; ", steps.Select(step =>
            $"{step} v{++ticket.Version}{(step == to ? "" : " implied")}")) + answered;
    }

    string Cancel(CancelOrder cancel)
    {
        if (!tickets.TryGetValue(cancel.OrderId, out var ticket) || IsHidden(ticket, cancel)) return "no such order";
        if (cancel.IfVersion is { } seen && !seen.Matches(ticket.Version)) return $"stale, is v{ticket.Version}";
        if (cancel.Stock is not null && cancel.Caller.Role is not (Role.Admin or Role.Manager or Role.Kitchen))
            return "/stock not_yours";
        if (ticket.Status == "Cancelled") return $"unchanged: order {Answer.NumberOf(cancel.OrderId)}";
        if (!May(cancel.Caller.Role, ticket, "Cancelled"))
            return Illegal(ticket, cancel.Caller.Role, "Cancelled").TrimEnd();
        var wasted = Wasted(ticket, cancel.Stock);
        var answered = cancel.Caller.Role is Role.Admin or Role.Manager or Role.Kitchen ? Answered(ticket) : "";
        ticket.Status = "Cancelled";
        var answer = $"Cancelled v{++ticket.Version} {cancel.Reason ?? "unspecified"}";
        if (ticket.StockAt is not null) return answer + answered;
        foreach (var (sku, quantity) in ticket.Taken)
            answer += $", Returned {sku}+{quantity}" + (wasted[sku] == 0 ? "" : $", Wasted {sku}-{wasted[sku]}");
        return answer + answered + string.Concat(ticket.Taken.Where(took => took.Value > wasted[took.Key])
            .Select(took => Add(ticket.Kitchen, took.Key, took.Value - wasted[took.Key])));
    }

    (bool, string) Record(RecordMovements record)
    {
        var before = levels;
        levels = new(levels);
        var answers = new List<string>();
        for (var i = 0; i < record.Lines.Count; i++)
        {
            var (sku, kind, quantity, _, seen, _) = record.Lines[i];
            var level = LevelOf(record.KitchenId, sku);
            var delta = kind == MovementKind.Counted ? Math.Max(quantity - (seen ?? level.OnHand), -level.OnHand)
                : kind == MovementKind.Wasted ? -quantity : quantity;
            var refusal = !ingredients.ContainsKey(sku) ? $"/movements/{i}/sku unknown_ingredient"
                : level.OnHand + delta < 0 ? $"/movements/{i}/quantity {sku} {-delta} of {level.OnHand}" : null;
            if (refusal is not null)
            {
                levels = before;
                return (false, refusal);
            }
            levels[(record.KitchenId, sku)] = level with { OnHand = level.OnHand + delta };
            answers.Add($"{kind} {sku}{Answer.Signed(delta)} = {level.OnHand + delta}");
        }
        var skus = record.Lines.Select(line => line.Sku).Distinct().Order(StringComparer.Ordinal);
        return (true, string.Join("; ", answers) + string.Concat(skus.Select(sku => Add(record.KitchenId, sku, 0))));
    }

    string SetThreshold(SetThreshold set)
    {
        if (!ingredients.ContainsKey(set.Sku)) return $"no ingredient {set.Sku}";
        var level = LevelOf(set.KitchenId, set.Sku);
        if (levels.ContainsKey((set.KitchenId, set.Sku)) && level.Threshold == set.Threshold) return "unchanged";
        levels[(set.KitchenId, set.Sku)] = level with { Threshold = set.Threshold };
        return $"{set.Sku} threshold {set.Threshold}{Add(set.KitchenId, set.Sku, 0)}";
    }

    Level LevelOf(string kitchen, string sku) =>
        levels.GetValueOrDefault((kitchen, sku)) ?? new Level(0, 0, StockState.Ok);

    /// <summary>Changes the quantity on hand; returns the limits that it crossed.</summary>
    string Add(string kitchen, string sku, long delta)
    {
        var (onHand, threshold, before) = LevelOf(kitchen, sku);
        onHand += delta;
        var portions = items.Values.Where(item => kitchens[kitchen].Brands.Contains(item.BrandId))
            .SelectMany(item => item.Recipe).Where(line => line.Sku == sku).Select(line => line.Quantity);
        var state = onHand < portions.DefaultIfEmpty(1).Min() ? StockState.Out
            : onHand < threshold ? StockState.Low : StockState.Ok;
        levels[(kitchen, sku)] = new Level(onHand, threshold, state);
        if (state == before) return "";
        var low = before == StockState.Ok && state == StockState.Out && onHand < threshold
            ? $"; {sku} low at {onHand}" : "";
        return $"{low}; {sku} {Answer.Crossing(before, state)} at {onHand}";
    }
}
