using System.Collections.Immutable;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Places an order: prices it from the catalogue and deducts its ingredients from stock, all or nothing.
/// <paramref name="Seed"/> is a UUIDv7 from which the order's id is derived.
/// </summary>
public sealed record PlaceOrder(
    Guid Seed, string KitchenId, string BrandId, string Channel, string? ExternalReference, string? CustomerId,
    FulfilmentType Fulfilment, Contact Contact, IReadOnlyList<BasketLine> Lines, Money? ExpectedTotal,
    Payment? Payment, IReadOnlyDictionary<string, string>? Metadata) : CreatingCommand
{
    /// <summary>Maximum number of open orders of the customer, including this one; null for no limit.</summary>
    public int? OpenOrdersMax { get; init; }

    /// <summary>Under load, accepted orders take precedence over new ones.</summary>
    public override bool YieldsFirst => true;

    public override IReadOnlyList<Fault> Check() => PlaceOrderLimits.Check(this);

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue)
    {
        base.DeclareReads(rows, catalogue);
        if (!catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen)) return;
        rows.Numbers.Add(kitchen.Number);
        if (OpenOrdersMax is not null && CustomerId is not null) rows.Customers.Add(new(Channel, CustomerId));
        if (ExternalReference is not null) rows.References.Add(new ExternalReference(Channel, ExternalReference));
        foreach (var need in Basket.Needs(catalogue, Lines))
            rows.Stocks.Add(new StockKey(kitchen.Number, need.Ingredient));
    }

    public override Decision Decide(Workset workset)
    {
        if (Repeated(workset) is { } repeated) return repeated;
        var faults = new Faults();
        if ((Caller.Role == Role.Channel || Caller.Channel is not null) && Caller.Channel != Channel)
            return Refuse(new Refusal.Invalid("/channel", "not_yours", $"you place orders of '{Caller.Channel}' only"));
        if (Caller.Role == Role.Customer && CustomerId != Caller.Id)
            return Refuse(new Refusal.Invalid("/customer/id", "not_yours", "you place orders of your own only"));
        // Otherwise a customer could occupy a reference and block the channel's own order.
        if (Caller.Role == Role.Customer && ExternalReference is not null)
            return Refuse(new Refusal.Invalid(
                "/externalReference", "not_yours", "only a channel gives its orders references; leave it out"));
        if (FindKitchen(workset.Catalogue, faults) is not { } kitchen) return Refuse(new Refusal.Invalid(faults.All));
        if (Referred(workset, kitchen) is { } known) return known;

        Basket.Check(workset.Catalogue, kitchen, BrandId, Lines, faults);
        if (faults.All.Count > 0) return Refuse(new Refusal.Invalid(faults.All));
        if (Closed(workset, kitchen) is { } closed) return Refuse(closed);
        if (OpenOrdersMax is { } max && CustomerId is not null
            && workset.OpenOrders.TryGetValue(new(Channel, CustomerId), out var open) && open.Count >= max)
            return Refuse(new Refusal.TooManyOpenOrders(max));

        var lines = Basket.Price(workset.Catalogue, Lines);
        var totals = Basket.Sum(kitchen, Fulfilment, lines);
        if (ExpectedTotal is { } expected && expected != totals.Total) return Refuse(new Refusal.TotalChanged(totals));

        var needs = Basket.Needs(workset.Catalogue, Lines);
        var missing = Basket.Shortages(workset, kitchen, Lines, needs);
        if (missing.Count > 0) return Refuse(new Refusal.OutOfStock(missing));
        return Accept(workset, kitchen, needs, new OrderContent(workset.Now, lines, totals, Payment, Metadata));
    }

    // The decision for a known reference: the existing order if the request is the same, a conflict if it differs, null
    // if the reference is free. A channel may move a cancelled order to another kitchen under the same reference.
    Decision? Referred(Workset workset, Kitchen kitchen)
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

    Decision.Accepted Accept(Workset workset, Kitchen kitchen, ImmutableArray<Portion> needs, OrderContent content)
    {
        var day = kitchen.DayAt(workset.Now);
        var number = workset.Numbers.GetValueOrDefault(new KitchenDay(kitchen.Number, day)) + 1;
        var order = new Order(
            OrderId.Of(Seed, kitchen.Number), kitchen.Number, BrandId, Channel, ExternalReference, CustomerId,
            Fulfilment, day, number, OrderStatus.Placed, Version: 1, needs)
        {
            Fingerprint = ExternalReference is null ? null : Fingerprint,
            Details = Details(workset, kitchen),
        };
        var events = new List<DomainEvent>(4) { new OrderPlaced(order, content, Contact) };
        if (kitchen.Acceptance == Acceptance.Automatic)
            events.Add(new OrderMoved(
                order.Id, OrderStatus.Accepted, Version: 2, workset.Now, Role.System, Implied: false));
        foreach (var need in needs)
        {
            var stock = workset.StockOf(new StockKey(kitchen.Number, need.Ingredient));
            StockLevelled.Append(events, workset, stock.Key, stock.OnHand - need.Quantity, stock.Threshold);
        }
        return new Decision.Accepted(events, new Result.OfOrder(order.Id), Key);
    }

    OrderDetails Details(Workset workset, Kitchen kitchen)
    {
        var items = Lines.Select(line => workset.Catalogue.Items[line.ItemId].PrepMinutes);
        var promise = Promise.Default(kitchen, Fulfilment, items, workset.Now);
        if (kitchen.Acceptance == Acceptance.Manual)
        {
            return new OrderDetails
            {
                NudgeAt = Deadline.In(workset.Now, TimeSpan.FromSeconds(kitchen.Times.NudgeSeconds)),
                AcceptBy = Deadline.In(workset.Now, TimeSpan.FromMinutes(kitchen.AcceptWithinMinutes)),
                Promise = promise,
            };
        }
        return promise is null ? OrderDetails.None : new OrderDetails { Promise = promise };
    }

    Kitchen? FindKitchen(CatalogueSnapshot catalogue, Faults faults)
    {
        if (!catalogue.Kitchens.TryGetValue(KitchenId, out var kitchen))
            faults.Add("/kitchenId", "unknown_kitchen", $"no kitchen is called '{KitchenId}'");
        if (!catalogue.Brands.ContainsKey(BrandId))
            faults.Add("/brandId", "unknown_brand", $"no brand is called '{BrandId}'");
        else if (kitchen is not null && !kitchen.Brands.Contains(BrandId))
            faults.Add("/brandId", "not_cooked_here", $"kitchen '{KitchenId}' does not cook for '{BrandId}'");
        return faults.All.Count == 0 ? kitchen : null;
    }

    // The temporary reason for which the kitchen does not accept this order; null if it does.
    Refusal? Closed(Workset workset, Kitchen kitchen)
    {
        var mode = kitchen.Mode.At(workset.Now);
        if (mode.Mode == KitchenMode.Paused) return new Refusal.KitchenPaused(mode.Until);
        for (var i = 0; i < Lines.Count; i++)
        {
            if (OffAt(Lines[i].ItemId) is { } off)
                return new Refusal.ItemUnavailable(Lines[i].ItemId, $"/lines/{i}/itemId", off.Until);
            for (var m = 0; m < Lines[i].Modifiers.Count; m++)
            {
                var modifier = Lines[i].Modifiers[m].ItemId;
                if (OffAt(modifier) is { } modifierOff)
                    return new Refusal.ItemUnavailable(
                        modifier, $"/lines/{i}/modifiers/{m}/itemId", modifierOff.Until);
            }
        }
        return null;

        Off? OffAt(string itemId) =>
            workset.Catalogue.Offs.TryGetValue(new OffKey(kitchen.Number, itemId), out var off)
            && off.IsInForce(workset.Now) ? off : null;
    }

    static Decision.Refused Refuse(Refusal reason) => new(reason);
}
