using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>The courier of an order, their arrivals, and the outcome of each failed attempt.</summary>
sealed partial class Model
{
    const string BeforeItLeaves = "Accepted Preparing Ready";

    string Assign(AssignCourier assign)
    {
        if (assign.Caller.Role == Role.Courier && assign.CourierId != assign.Caller.Id) return "/courierId not_yours";
        if (!tickets.TryGetValue(assign.OrderId, out var ticket)) return "no such order";
        if (IsHidden(ticket, assign)) return IsOpen(ticket) && ticket.Courier is not null ? "taken" : "no such order";
        if (assign.IfVersion is { } seen && !seen.Matches(ticket.Version)) return $"stale, is v{ticket.Version}";
        if (ticket.Courier == assign.CourierId) return $"unchanged: order {Answer.NumberOf(assign.OrderId)}";
        if (ticket.IsPickup) return "no delivery";
        if (!Is(ticket, BeforeItLeaves)) return $"is {ticket.Status}, must be {BeforeItLeaves}";
        Carries(ticket, assign.CourierId);
        return $"{assign.CourierId} assigned v{++ticket.Version}";
    }

    string Unassign(UnassignCourier unassign)
    {
        if (Find(unassign.OrderId, unassign.IfVersion, unassign, out var ticket) is { } refusal) return refusal;
        if (ticket.Courier is not { } courier) return $"unchanged: order {Answer.NumberOf(unassign.OrderId)}";
        if (!Is(ticket, BeforeItLeaves)) return $"is {ticket.Status}, must be {BeforeItLeaves}";
        Carries(ticket, null);
        return $"{courier} unassigned v{++ticket.Version}";
    }

    string Arrive(RecordArrival arrive)
    {
        if (Find(arrive.OrderId, arrive.IfVersion, arrive, out var ticket) is { } refusal) return refusal;
        if (ticket.Courier is null) return "no courier";
        var place = arrive.Where.ToString();
        if (ticket.Places.Contains(place)) return $"unchanged: order {Answer.NumberOf(arrive.OrderId)}";
        var must = place == "Kitchen" ? BeforeItLeaves : "OutForDelivery";
        if (!Is(ticket, must)) return $"is {ticket.Status}, must be {must}";
        ticket.Places.Add(place);
        return $"at {place} v{++ticket.Version}";
    }

    (bool, string) Fail(ReportFailedDelivery report)
    {
        if (!tickets.TryGetValue(report.OrderId, out var ticket) || IsHidden(ticket, report))
            return (false, "no such order");
        if (ticket.Status != "OutForDelivery") return (false, $"is {ticket.Status}, must be OutForDelivery");
        if (ticket.Attempts is [.., null]) return (false, $"attempt {ticket.Attempts.Count} is pending");
        ticket.Attempts.Add(null);
        ticket.Outcome = report.Outcome;
        ticket.DecideBy = now.AddMinutes(8);
        return (true, FormattableString.Invariant(
            $"attempt {ticket.Attempts.Count} {report.Outcome}, decide by {now.AddMinutes(8):HH:mm:ss}")
            + $" v{++ticket.Version}");
    }

    string Decide(DecideDelivery decide)
    {
        if (Find(decide.OrderId, decide.IfVersion, decide, out var ticket) is { } refusal) return refusal;
        if (decide.Attempt > ticket.Attempts.Count) return $"no delivery attempt {decide.Attempt}";
        var choice = decide.Choice.ToString();
        if (ticket.Attempts[decide.Attempt - 1] is { } decided)
            return decided == choice
                ? $"unchanged: order {Answer.NumberOf(decide.OrderId)}"
                : $"decided: {decided}";
        if (ticket.Status != "OutForDelivery") return $"is {ticket.Status}, must be OutForDelivery";
        if (choice == "Retry" && decide.Attempt == 10) return "/decision out_of_range";
        ticket.Attempts[^1] = choice;
        if (choice == "Retry") ticket.Places.Remove("Customer");
        if (choice == "Retry") return $"attempt {decide.Attempt} Retry v{++ticket.Version}";
        return Undelivered(decide.OrderId, ticket, decide.Caller);
    }

    string Undelivered(Guid order, Ticket ticket, Caller caller) =>
        Cancel(new CancelOrder(order, null, $"delivery_failed_{Words(ticket.Outcome)}", null) { Caller = caller });

    static string Words(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.NotReachable => "not_reachable",
        DeliveryOutcome.WrongAddress => "wrong_address",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    string? Find(Guid order, IfVersion? version, Command command, out Ticket ticket)
    {
        if (!tickets.TryGetValue(order, out ticket!) || IsHidden(ticket, command)) return "no such order";
        return version is { } seen && !seen.Matches(ticket.Version) ? $"stale, is v{ticket.Version}" : null;
    }

    static bool Is(Ticket ticket, string statuses) => statuses.Split(' ').Contains(ticket.Status);

    static void Carries(Ticket ticket, string? courier)
    {
        if (ticket.Courier == courier) return;
        ticket.Courier = courier;
        ticket.Places.Clear();
    }

    /// <summary>Couriers see their own orders, and open deliveries without a courier.</summary>
    static bool IsHidden(Ticket ticket, Command command) => command.Caller.Role == Role.Courier
        && (ticket.Courier is { } courier ? courier != command.Caller.Id : ticket.IsPickup || !IsOpen(ticket));
}
