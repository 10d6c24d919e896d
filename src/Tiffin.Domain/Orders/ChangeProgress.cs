namespace Tiffin.Domain.Orders;

/// <summary>
/// Records the progress of lines of an order, forwards or backwards, until the order is ready. The first line that is
/// started moves the order to <c>preparing</c>; in a kitchen with <c>readyWhenDone</c>, the last line that is done
/// moves it to <c>ready</c>. Lines that are in the requested state change nothing.
/// </summary>
/// <param name="Lines">Indices of lines, from 0.</param>
/// <param name="Station">The part of the kitchen where it happened; null keeps the known one.</param>
public sealed record ChangeProgress(
    Guid OrderId, IfVersion? IfVersion, IReadOnlyList<int> Lines, LineState To, string? Station)
    : OrderCommand(OrderId, IfVersion)
{
    /// <summary>Lines in another state are left as they are; null for any.</summary>
    public LineState? From { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Count("/lines", Lines.Count, 1, PlaceOrderLimits.LinesMax);
        var seen = new HashSet<int>();
        for (var i = 0; i < Lines.Count; i++)
        {
            if (!seen.Add(Lines[i])) faults.Add($"/lines/{i}", "duplicate", $"line {Lines[i]} occurs more than once");
        }
        if (Station is not null) faults.Slug("/station", Station);
    }

    protected internal override Decision DecideOn(Workset workset, Order order)
    {
        if (Unknown(order) is { Count: > 0 } unknown) return Refuse(new Refusal.Invalid(unknown));

        var steps = Steps(order);
        // Before the status is checked: the call that made the order ready may be repeated.
        if (steps.Length == 0) return Unchanged();
        if (order.Status >= OrderStatus.Ready) return Refuse(new Refusal.OrderFinished(order.Status));
        if (order.TooManyChanges is { } full) return Refuse(full);

        var events = new List<DomainEvent>();
        if (order.Status < OrderStatus.Preparing
            && AppendImpliedChange(OrderStatus.Preparing, workset, events, ref order) is { } notPreparing)
            return notPreparing;
        var progressed = new OrderProgressed(
            OrderId, order.Version + 1, workset.Now, Caller.Role, steps, Station, After(order, steps));
        events.Add(progressed);
        order = progressed.Evolve(order);
        if (workset.Catalogue.KitchenOf(order.Kitchen)!.Times.ReadyWhenDone
            && progressed.Progress.All(line => line.State == LineState.Done)
            && AppendImpliedChange(OrderStatus.Ready, workset, events, ref order) is { } notReady)
            return notReady;
        return Accept(events);
    }

    List<Fault> Unknown(Order order)
    {
        var count = order.Lines.Value.Count;
        var unknown = new List<Fault>();
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i] < 0 || Lines[i] >= count)
                unknown.Add(new Fault($"/lines/{i}", "unknown_line", $"must be 0 to {count - 1}, is {Lines[i]}"));
        }
        return unknown;
    }

    LineStep[] Steps(Order order)
    {
        var progress = LineProgress.Of(order);
        return
        [
            .. Lines.Where(line => progress[line].State != To && (From ?? progress[line].State) == progress[line].State)
                .Select(line => new LineStep(line, progress[line].State, To)),
        ];
    }

    LineProgress[] After(Order order, LineStep[] steps)
    {
        LineProgress[] progress = [.. LineProgress.Of(order)];
        foreach (var step in steps)
            progress[step.Line] = new LineProgress(To, Station ?? progress[step.Line].Station);
        return progress;
    }

    // Moves the order by the rules of a requested status change and appends its events; returns the refusal of an
    // illegal move.
    Decision? AppendImpliedChange(OrderStatus status, Workset workset, List<DomainEvent> events, ref Order order)
    {
        var change = new ChangeStatus(OrderId, status, IfVersion: null, CourierId: null)
        {
            Caller = Caller, IsImplied = true,
        };
        var decision = change.DecideOn(workset, order);
        if (decision is not Decision.Accepted accepted) return decision;
        events.AddRange(accepted.Events);
        foreach (var changed in accepted.Events.OfType<OrderChanged>()) order = changed.Evolve(order);
        return null;
    }
}

public sealed record LineStep(int Line, LineState From, LineState To);

/// <summary>
/// Lines of the order were started, finished or recalled. <paramref name="Progress"/> is that of all lines.
/// </summary>
public sealed record OrderProgressed(
    Guid OrderId, int Version, DateTimeOffset At, Role Actor, IReadOnlyList<LineStep> Steps, string? Station,
    IReadOnlyList<LineProgress> Progress) : OrderChanged(OrderId, Version, At, Actor)
{
    public override EventType? Type => EventType.OrderProgressed;

    protected override Order Change(Order order) =>
        order with { Details = order.Details with { Progress = Progress } };
}
