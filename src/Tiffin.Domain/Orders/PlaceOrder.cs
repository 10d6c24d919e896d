using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Places an order: prices it from the catalogue and deducts its ingredients from stock, all or nothing. The
/// ingredients of an order for a later business day are taken when that day starts.
/// <paramref name="Seed"/> is a UUIDv7 from which the order's id is derived.
/// </summary>
public sealed record PlaceOrder(
    Guid Seed, string KitchenId, string BrandId, string Channel, string? ExternalReference, string? CustomerId,
    FulfilmentType Fulfilment, Contact Contact, IReadOnlyList<BasketLine> Lines, Money? ExpectedTotal,
    Payment? Payment, IReadOnlyDictionary<string, string>? Metadata) : IdempotentCommand
{
    /// <summary>
    /// When the customer wants the order, at the door or at the counter; null for an order that is made at once.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Maximum number of open orders of the customer, including this one; null for no limit.</summary>
    public int? OpenOrdersMax { get; init; }

    /// <summary>The order is left at the door.</summary>
    public bool Contactless { get; init; }

    /// <summary>Under load, accepted orders take precedence over new ones.</summary>
    public override bool IsShedFirst => true;

    protected internal override void Check(Faults faults) => PlaceOrderLimits.Check(this, faults);

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        base.DeclareReads(rows, catalogue);
        if (!catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen)) return;
        if (WantedAt is { } wanted) rows.NumberDays.Add(new KitchenDay(kitchen.Number, kitchen.DayAt(wanted)));
        else rows.Numbers.Add(kitchen.Number);
        if (kitchen.Times.ParallelLines is not null) rows.Queues.Add(kitchen.Number);
        if (OpenOrdersMax is not null && CustomerId is not null) rows.Customers.Add(new(Channel, CustomerId));
        if (ExternalReference is not null) rows.References.Add(new ExternalReference(Channel, ExternalReference));
        foreach (var need in Basket.Needs(catalogue, Lines))
            rows.Stocks.Add(new StockKey(kitchen.Number, need.Ingredient));
    }

    DateTimeOffset? WantedAt => At is { } at ? Deadline.TruncateToSeconds(at.ToUniversalTime()) : null;

    protected override Decision DecideNew(Workset workset)
    {
        var faults = new Faults();
        if ((Caller.Role == Role.Channel || Caller.Channel is not null) && Caller.Channel != Channel)
            return Refuse(
                "/channel", "not_yours", $"this key may place orders only for channel '{Caller.Channel}'");
        if (Caller.Role == Role.Customer && CustomerId != Caller.Id)
            return Refuse("/customer/id", "not_yours", "must be your own customer id");
        // Otherwise a customer could occupy a reference and block the channel's own order.
        if (Caller.Role == Role.Customer && ExternalReference is not null)
            return Refuse(
                "/externalReference", "not_yours", "customers may not set a reference; leave it out");
        if (!workset.Catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen))
            faults.Add(Faults.UnknownKitchen("/kitchenId", KitchenId));
        else if (DecideKnownReference(workset, kitchen) is { } known) return known;
        CheckBrand(workset.Catalogue, kitchen, faults);
        if (kitchen is null || faults.All.Count > 0) return Refuse(new Refusal.Invalid(faults.All));

        Basket.Check(workset.Catalogue, kitchen, BrandId, Lines, faults);
        if (faults.All.Count > 0) return Refuse(new Refusal.Invalid(faults.All));
        if (CheckOpen(workset, kitchen) is { } closed) return Refuse(closed);
        if (Basket.CheckAvailability(workset.Catalogue, kitchen, Lines, WantedAt ?? workset.Now) is { } unavailable)
            return Refuse(unavailable);
        if (OpenOrdersMax is { } max && CustomerId is not null
            && workset.OpenOrders.TryGetValue(new(Channel, CustomerId), out var open) && open.Count >= max)
            return Refuse(new Refusal.TooManyOpenOrders(max));

        var lines = Basket.Price(workset.Catalogue, Lines);
        var totals = Basket.Sum(kitchen, Fulfilment, lines);
        if (ExpectedTotal is { } expected && expected != totals.Total) return Refuse(new Refusal.TotalChanged(totals));

        var needs = Basket.Needs(workset.Catalogue, Lines);
        var details = Details(workset, kitchen, needs);
        if (details.Schedule is not { StockAt: not null })
        {
            var missing = Basket.Shortages(workset.Catalogue, Lines, needs, ingredient =>
                workset.StockOf(new StockKey(kitchen.Number, ingredient)).OnHand);
            if (missing.Count > 0) return Refuse(new Refusal.OutOfStock(missing));
        }
        var content = new OrderContent(workset.Now, lines, totals, Payment, Metadata);
        return Accept(workset, kitchen, needs, details, content);
    }

    // The decision for a known reference: the existing order if the request is the same, a conflict if it differs, null
    // if the reference is free. A channel may move a cancelled order to another kitchen under the same reference.
    Decision? DecideKnownReference(Workset workset, Kitchen kitchen)
    {
        if (ExternalReference is null
            || !workset.References.TryGetValue(new ExternalReference(Channel, ExternalReference), out var ids))
            return null;
        var orders = ids.Reverse().Select(id => workset.Orders[id]).ToArray();
        var known = orders.FirstOrDefault(order => order.Fingerprint == Fingerprint)
            ?? orders.FirstOrDefault(order =>
                order.Kitchen == kitchen.Number || order.Status != OrderStatus.Cancelled);
        if (known is null) return null;
        // Orders have no fingerprint if they predate fingerprints, or if their personal data was erased.
        return known.Fingerprint == Fingerprint || (known.Fingerprint is null && known.Kitchen == kitchen.Number)
            ? new Decision.Unchanged(new Result.OfOrder(known.Id))
            : Refuse(new Refusal.ReferenceInUse(known.Id));
    }

    Decision.Accepted Accept(
        Workset workset, Kitchen kitchen, ImmutableArray<Portion> needs, OrderDetails details, OrderContent content)
    {
        var day = kitchen.DayAt(WantedAt ?? workset.Now);
        var number = workset.Numbers.GetValueOrDefault(new KitchenDay(kitchen.Number, day)) + 1;
        var order = new Order(
            OrderId.Of(Seed, kitchen.Number), kitchen.Number, BrandId, Channel, ExternalReference, CustomerId,
            Fulfilment, day, number, OrderStatus.Placed, Version: 1, needs)
        {
            Fingerprint = ExternalReference is null ? null : Fingerprint,
            Details = details,
            Lines = new(Lines),
            QueuedMinutes = WantedAt is null ? KitchenQueue.MinutesOf(kitchen, Lines, workset.Catalogue) : 0,
        };
        var events = new List<DomainEvent>(4) { new OrderPlaced(order, content, Contact) };
        if (kitchen.Acceptance == Acceptance.Automatic)
            events.Add(new OrderStatusChanged(
                order.Id, OrderStatus.Accepted, Version: 2, workset.Now, Role.System, Implied: false));
        foreach (var need in order.HasStock ? needs : [])
            StockStateChanged.Append(events, workset, new StockKey(kitchen.Number, need.Ingredient), -need.Quantity);
        return new Decision.Accepted(events, new Result.OfOrder(order.Id));
    }

    OrderDetails Details(Workset workset, Kitchen kitchen, ImmutableArray<Portion> needs)
    {
        var details = WantedAt is { } wanted
            ? new OrderDetails
            {
                Schedule = Schedule.Of(
                    kitchen, wanted, LeadTime(workset, kitchen, wanted), !needs.IsEmpty, workset.Now),
                Promise = Promise.For(kitchen, Fulfilment, wanted),
            }
            : Promise.Default(kitchen, Fulfilment, PrepMinutes(workset), workset.Now,
                KitchenQueue.WaitMinutes(workset, kitchen)) is { } promise
                ? new OrderDetails { Promise = promise }
                : OrderDetails.None;
        if (kitchen.Times.HandoverCodes != HandoverCodes.Off)
            details = details with { HandoverCodes = kitchen.Times.HandoverCodes };
        if (Contactless) details = details with { Contactless = true };
        if (kitchen.Acceptance == Acceptance.Automatic) return details;
        var acceptBy = Deadline.In(workset.Now, TimeSpan.FromMinutes(kitchen.AcceptWithinMinutes));
        // Null if the kitchen is open.
        var opening = kitchen.NextOpening(workset.Now) is { } next && next > workset.Now ? next : (DateTimeOffset?)null;
        var afterOpening = opening?.AddMinutes(kitchen.Times.AcceptAfterOpeningMinutes);
        return details with
        {
            NudgeAt = Deadline.In(opening ?? workset.Now, TimeSpan.FromSeconds(kitchen.Times.NudgeSeconds)),
            AcceptBy = afterOpening > acceptBy ? afterOpening : acceptBy,
        };
    }

    // From the release to the customer.
    TimeSpan LeadTime(Workset workset, Kitchen kitchen, DateTimeOffset wanted) =>
        Schedule.LeadTime(workset.Catalogue, kitchen, Fulfilment, Lines, wanted);

    IEnumerable<int?> PrepMinutes(Workset workset) =>
        Lines.Select(line => workset.Catalogue.Items[line.ItemId].PrepMinutes);

    Refusal? CheckOpen(Workset workset, Kitchen kitchen) => WantedAt is { } wanted
        ? Schedule.Check(kitchen, wanted,
            LeadTime(workset, kitchen, wanted), TimeSpan.FromMinutes(KitchenQueue.WaitMinutes(workset, kitchen)),
            "/fulfilment/at", workset.Now)
        : kitchen.IsOpen(workset.Now) ? null : new Refusal.KitchenClosed(kitchen.NextOpening(workset.Now));

    void CheckBrand(CatalogueSnapshot catalogue, Kitchen? kitchen, Faults faults)
    {
        if (!catalogue.Brands.ContainsKey(BrandId))
            faults.Add("/brandId", "unknown_brand", $"unknown brand '{BrandId}'");
        else if (kitchen?.Brands.Contains(BrandId) == false)
            faults.Add("/brandId", "not_cooked_here", $"kitchen '{KitchenId}' does not prepare brand '{BrandId}'");
    }
}
