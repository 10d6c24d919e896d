using FsCheck;
using FsCheck.Fluent;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>Creates a command from the commands before it, so that a shrunk history stays valid.</summary>
delegate Command Draft(Past past);

/// <summary>Commands of one time, and how long it is until the next ones.</summary>
sealed record Moment(IReadOnlyList<Draft> Drafts, TimeSpan Until);

/// <summary>The commands so far, accepted or refused.</summary>
sealed class Past
{
    readonly List<Guid> orders = [];
    readonly List<IdempotentCommand> creations = [];
    int next;

    public DateTimeOffset Now { get; set; } = Noon;

    public int Next() => ++next;

    public T Remember<T>(T creation) where T : IdempotentCommand
    {
        creations.Add(creation);
        if (creation is PlaceOrder place) orders.Add(OrderId.Of(place.Seed, place.KitchenId == "k1" ? 1 : 2));
        return creation;
    }

    public Guid Order(int back) => Latest(orders, back);

    public IdempotentCommand? Creation(int back) => Latest(creations, back);

    static T? Latest<T>(List<T> all, int back) => all.Count == 0 ? default : all[^(1 + back % all.Count)];
}

/// <summary>
/// Random histories of all commands on <see cref="SmallChain"/>. Stocks are small, so that they often run out;
/// quantities are round, so that levels are often exactly at a limit.
/// </summary>
static class History
{
    static readonly Gen<string> kitchen = Gen.Elements("k1", "k2");
    static readonly Gen<string> sku = Gen.Frequency(
        (30, Gen.Elements("rice", "potato", "ghee", "noodle")), (1, Gen.Constant("saffron")));
    static readonly Gen<Caller> caller = Gen.Elements(Enum.GetValues<Role>()).Or(Gen.Constant(Role.Admin)).Select(As);

    static readonly Gen<BasketModifier[]> modifiers = Gen.Frequency(
        (3, Gen.Constant(Array.Empty<BasketModifier>())),
        (2, Gen.Choose(1, 3).Select(quantity => new[] { new BasketModifier("ghee-extra", quantity) })));

    static readonly Gen<BasketLine> line =
        from item in Gen.Frequency(
            (20, Gen.Elements("masala", "plain", "water")), (1, Gen.Elements("ghee-extra", "pizza", "noodles")))
        from quantity in Gen.Choose(1, 4)
        from extra in modifiers
        select new BasketLine(item, quantity, extra, null);

    static readonly Gen<Draft> place =
        from site in kitchen
        from count in Gen.Choose(1, 3)
        from lines in Gen.ArrayOf(line, count)
        from isDelivered in Gen.Elements(false, true)
        from reference in Gen.Frequency((5, Gen.Constant<string?>(null)), (2, Gen.Elements<string?>("r1", "r2", "r3")))
        from role in Gen.Elements(Role.Customer, Role.Channel)
        from total in Gen.Frequency((9, Gen.Constant<long?>(null)), (1, Gen.Elements<long?>(12600, 9450, 2100)))
        from open in Gen.Frequency((4, Gen.Constant<int?>(null)), (1, Gen.Elements<int?>(2, 5, 9)))
        from wok in Gen.Choose(0, 9)
        from ahead in Gen.Frequency(
            (4, Gen.Constant<int?>(null)), (1, Gen.Elements<int?>(10, 30, 75, 180, 1200, 1500, 4000, 10_081)))
        select (Draft)(past => past.Remember(Drafted(past.Next(), site, lines, isDelivered) with
        {
            At = ahead is { } minutes ? past.Now.AddMinutes(minutes) : null,
            BrandId = wok == 0 ? "wok" : "dosa",
            Lines = wok == 0 ? [Line("noodles", lines[0].Quantity)] : lines,
            ExternalReference = reference,
            Caller = As(role),
            OpenOrdersMax = open,
            ExpectedTotal = total is { } amount ? new Money(amount, "INR") : null,
        }));

    static PlaceOrder Drafted(int n, string kitchen, BasketLine[] lines, bool isDelivered) =>
        isDelivered ? Place(n, kitchen, lines).Delivered() : Place(n, kitchen, lines);

    /// <summary>A caller repeats a request with its key, or reuses the key for another request.</summary>
    static readonly Gen<Draft> again =
        from back in Gen.Choose(0, 10)
        from isSame in Gen.Elements(true, true, false)
        select (Draft)(past => past.Creation(back) switch
        {
            PlaceOrder first => Asked(first with { Seed = Seed(past.Next()) }, isSame),
            { } first => Asked(first, isSame),
            null => new PutBrand("dosa", "Dosa Corner") { Caller = As(Role.Admin) },
        });

    static IdempotentCommand Asked(IdempotentCommand again, bool isSame) =>
        isSame ? again : again with { Fingerprint = Seed(-1) };

    static readonly Gen<IfVersion?> seen = Gen.Frequency(
        (6, Gen.Constant<IfVersion?>(null)), (1, Gen.Choose(1, 4).Select(version => (IfVersion?)new([version]))));

    static readonly Gen<Draft> move =
        from back in Gen.Choose(0, 8)
        from to in Gen.Elements(Enum.GetValues<OrderStatus>()[..6])
        from version in seen
        from who in caller
        select (Draft)(past => new ChangeStatus(past.Order(back), to, version, null) { Caller = who });

    static readonly Gen<Draft> accept =
        from back in Gen.Choose(0, 8)
        from minutes in Gen.Elements<int?>(null, 5, 15, 40)
        select (Draft)(past => new ChangeStatus(past.Order(back), OrderStatus.Accepted, null, null)
        {
            PrepMinutes = minutes, Caller = As(Role.Kitchen),
        });

    static readonly Gen<Draft> promise =
        from back in Gen.Choose(0, 8)
        from minutes in Gen.Elements(1, 10, 20, 25, 40, 70, 100)
        from isTime in Gen.Elements(false, true)
        from version in seen
        select (Draft)(past => new ChangePromise(past.Order(back), version,
            isTime ? past.Now.AddMinutes(minutes - 5) : null, isTime ? null : minutes, null)
        {
            Caller = As(Role.Kitchen),
        });

    static readonly Gen<Draft> schedule =
        from back in Gen.Choose(0, 8)
        from what in Gen.Choose(0, 3)
        from minutes in Gen.Elements(20, 45, 90, 240, 1200, 11_000)
        from version in seen
        from who in caller
        select (Draft)(past => what switch
        {
            0 => new ReleaseOrder(past.Order(back), version) { Caller = who },
            1 => new AdjustRelease(past.Order(back)) { Caller = Caller.System },
            _ => new RescheduleOrder(past.Order(back), version, past.Now.AddMinutes(minutes)) { Caller = who },
        });

    /// <summary>The steps of one scheduled order up to ready, with at most one step omitted.</summary>
    static readonly Gen<Draft[]> plan =
        from site in kitchen
        from ahead in Gen.Elements(60, 90, 180)
        from delay in Gen.Elements(0, 4, 5, 6, 25)
        from who in Gen.Elements(Role.Kitchen, Role.Manager).Select(As)
        from isDelivered in Gen.Elements(false, true)
        from omitted in Gen.Choose(-4, 5)
        let steps = new Draft[]
        {
            past => past.Remember(Drafted(past.Next(), site, [Line("water")], isDelivered) with
            {
                At = past.Now.AddMinutes(ahead),
            }),
            past => new SetKitchenMode(site, KitchenMode.Busy, past.Now.AddHours(5), delay)
            {
                Caller = As(Role.Manager),
            },
            past => new AdjustRelease(past.Order(0)) { Caller = Caller.System },
            past => new ReleaseOrder(past.Order(0), null) { Caller = who },
            past => new ChangeStatus(past.Order(0), OrderStatus.Preparing, null, null) { Caller = who },
            past => new ChangeStatus(past.Order(0), OrderStatus.Ready, null, null) { Caller = who },
        }
        select steps.Where((_, step) => step != omitted).ToArray();

    /// <summary>The timers of the latest orders, fired as in production; several of an order may be due.</summary>
    static readonly Gen<Draft[]> timers = Gen.Choose(0, 14).Select(count =>
        Enumerable.Range(0, 2 * count).Select(i => (Draft)(past => Fire(past, i / 2))).ToArray());

    static FireOrderTimer Fire(Past past, int back) => new(past.Order(back)) { Caller = Caller.System };

    static readonly Gen<Draft> cancel =
        from back in Gen.Choose(0, 8)
        from stock in Gen.Elements<StockDisposition?>(null, null, StockDisposition.Return, StockDisposition.Waste,
            StockDisposition.ByProgress)
        from version in seen
        from who in caller
        select (Draft)(past =>
            new CancelOrder(past.Order(back), version, null, stock) { Caller = who });

    static readonly Gen<Draft> progress =
        from back in Gen.Choose(0, 8)
        from lines in Gen.SubListOf(0, 1, 2)
        from to in Gen.Elements(Enum.GetValues<LineState>())
        from version in seen
        from who in Gen.Elements(Role.Kitchen, Role.Manager, Role.Admin).Select(As)
        select (Draft)(past => new ChangeProgress(past.Order(back), version, [.. lines], to, null) { Caller = who });

    static readonly Gen<Caller> carrier =
        Gen.Elements(Role.Courier, Role.Courier, Role.Kitchen, Role.Manager, Role.Admin, Role.Channel).Select(As);

    static readonly Gen<Draft> courier =
        from back in Gen.Choose(0, 4)
        from what in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(1)), (3, Gen.Choose(2, 3)))
        from id in Gen.Elements(nameof(Role.Courier), nameof(Role.Courier), "meera")
        from version in seen
        from who in carrier
        select (Draft)(past => what switch
        {
            0 => Assign(past, back, id, who) with { IfVersion = version },
            1 => new UnassignCourier(past.Order(back), version) { Caller = who },
            2 => new RecordArrival(past.Order(back), version, CourierPlace.Kitchen) { Caller = who },
            _ => new RecordArrival(past.Order(back), version, CourierPlace.Customer) { Caller = who },
        });

    /// <summary>
    /// The steps of one delivery, with failed attempts and at most one step omitted: independent random commands would
    /// seldom get an order that far.
    /// </summary>
    static readonly Gen<Draft[]> trip =
        from back in Gen.Choose(0, 3)
        from outcome in Gen.Elements(Enum.GetValues<DeliveryOutcome>())
        from first in Gen.Elements(DeliveryDecision.Retry, DeliveryDecision.Retry, DeliveryDecision.Return)
        from second in Gen.Elements(Enum.GetValues<DeliveryDecision>())
        from decided in Gen.Choose(1, 2)
        from who in carrier
        from other in Gen.Elements(nameof(Role.Courier), "meera")
        from omitted in Gen.Choose(-6, 14)
        let steps = new Draft[]
        {
            past => new ChangeStatus(past.Order(back), OrderStatus.Preparing, null, null) { Caller = As(Role.Admin) },
            past => Assign(past, back, nameof(Role.Courier), who),
            past => new RecordArrival(past.Order(back), null, CourierPlace.Kitchen) { Caller = who },
            past => Assign(past, back, other, As(Role.Manager)),
            past => Assign(past, back, nameof(Role.Courier), As(Role.Courier)),
            past => new RecordArrival(past.Order(back), null, CourierPlace.Kitchen) { Caller = As(Role.Kitchen) },
            past => Assign(past, back, nameof(Role.Courier), As(Role.Manager)),
            past => new ChangeStatus(past.Order(back), OrderStatus.OutForDelivery, null, null)
            {
                Caller = As(Role.Courier),
            },
            past => new RecordArrival(past.Order(back), null, CourierPlace.Customer) { Caller = who },
            past => Report(past, back, outcome, who),
            past => new DecideDelivery(past.Order(back), null, 1, first) { Caller = As(Role.Kitchen) },
            past => Report(past, back, DeliveryOutcome.Refused, who),
            past => new DecideDelivery(past.Order(back), null, decided, second) { Caller = As(Role.Channel) },
            past => Report(past, back, DeliveryOutcome.Damaged, who),
            past => new ChangeStatus(past.Order(back), OrderStatus.Delivered, null, null) { Caller = who },
        }
        select steps.Where((_, step) => step != omitted).ToArray();

    static AssignCourier Assign(Past past, int back, string courier, Caller who) =>
        new(past.Order(back), null, courier, new CourierContact(null, null, null), null) { Caller = who };

    static ReportFailedDelivery Report(Past past, int back, DeliveryOutcome outcome, Caller who)
    {
        var key = Seed(past.Next());
        return past.Remember(new ReportFailedDelivery(past.Order(back), outcome)
        {
            Caller = who, Key = new RequestKey(key), Fingerprint = key,
        });
    }

    static readonly Gen<MovementLine> movement =
        from kind in Gen.Frequency(
            (6, Gen.Constant(MovementKind.Received)),
            (3, Gen.Elements(MovementKind.Wasted, MovementKind.Counted, MovementKind.Corrected)))
        from of in sku
        from quantity in Gen.Choose(1, 18).Select(fifties => 50 * fifties)
        from less in Gen.Elements(true, false)
        from seen in Gen.Choose(1, 18).Select(fifties => 50L * fifties)
        select Move(kind, of, kind == MovementKind.Corrected && less ? -quantity : quantity) with
        {
            SeenOnHand = kind == MovementKind.Counted && less ? seen : null,
        };

    static readonly Gen<Draft> record =
        from site in kitchen
        from count in Gen.Choose(1, 4)
        from lines in Gen.ArrayOf(movement, count)
        select (Draft)(past => past.Remember(Record(past.Next(), site, lines)));

    static readonly Gen<Draft> threshold =
        from site in kitchen
        from of in sku
        from level in Gen.Elements(0L, 50, 100, 300, 500)
        select (Draft)(_ => new SetThreshold(site, of, level) { Caller = As(Role.Manager) });

    static readonly Gen<RecipeLine[]> recipe = Gen.SubListOf("rice", "potato", "ghee", "noodle", "saffron")
        .SelectMany(skus => Gen.Elements(5, 10, 50, 100), (skus, quantity) =>
            skus.Select(one => new RecipeLine(one, quantity)).ToArray());

    static readonly Gen<PutItem> item =
        from id in Gen.Elements("masala", "plain", "ghee-extra")
        from price in Gen.Elements(9000L, 12000, 1510, 30)
        from tax in Gen.Elements(500, 1800, 0)
        from of in recipe
        from minutes in Gen.Elements<int?>(null, null, 30)
        select Item(id, price) with
        {
            Recipe = of,
            PrepMinutes = minutes,
            TaxBasisPoints = tax,
            Kind = id == "ghee-extra" ? ItemKind.Modifier : ItemKind.Item,
            Modifiers = id == "ghee-extra" ? [] : ["ghee-extra"],
        };

    static readonly Gen<Draft> put = Gen.OneOf(
        from one in item select (Draft)(_ => one),
        from name in Gen.Elements("Dosa Corner", "Dosa Point")
        from one in item
        let brand = new PutBrand("dosa", name) { Caller = As(Role.Admin) }
        let entries = new ImportEntry[] { new("/items/0", one), new("/brands/0", brand) }
        select (Draft)(_ => new ImportCatalogue(entries) { Caller = As(Role.Admin) }),
        from unit in Gen.Elements("g", "g", "kg")
        from of in Gen.Elements("saffron", "rice")
        select (Draft)(_ => Ingredient(of, unit)),
        from brands in Gen.Elements<string[]>(["dosa", "wok"], ["dosa", "wok"], ["dosa"])
        from acceptance in Gen.Elements(Acceptance.Automatic, Acceptance.Manual)
        from ready in Gen.Elements(true, false)
        from minutes in Gen.Elements<int?>(null, 12, 20, 45)
        from range in Gen.Elements(null, new MinuteRange(5, 15), new MinuteRange(10, 25))
        from parallel in Gen.Elements<int?>(null, 1, 3)
        select (Draft)(_ => Kitchen("k1") with
        {
            Brands = brands, Acceptance = acceptance, Times = new()
            {
                ReadyWhenDone = ready, PrepMinutes = minutes, DeliveryMinutes = range, ParallelLines = parallel,
            },
        }));

    /// <summary>k1 with preparation times.</summary>
    public static PutKitchen Site => Kitchen("k1") with
    {
        Times = new() { PrepMinutes = 15, ParallelLines = 4 },
    };

    public static PutKitchen OtherSite => Kitchen("k2", "Pacific/Kiritimati") with
    {
        Acceptance = Acceptance.Manual, Fees = new Fees(3000, 1000),
        Times = new() { PrepMinutes = 20, ParallelLines = 3, DeliveryMinutes = new MinuteRange(10, 25) },
    };

    static readonly Gen<Draft> close = Gen.OneOf(
        from site in kitchen
        from of in Gen.Elements("masala", "plain", "ghee-extra", "noodles")
        from off in Gen.Elements(true, false)
        from hours in Gen.Choose(1, 30)
        select (Draft)(past => new SetAvailability(
            site, of, !off, off ? past.Now.AddHours(hours) : null) { Caller = As(Role.Manager) }),
        from site in kitchen
        from mode in Gen.Elements(KitchenMode.Online, KitchenMode.Busy, KitchenMode.Paused)
        from hours in Gen.Choose(1, 6)
        from delay in Gen.Elements(0, 5, 25)
        select (Draft)(past => new SetKitchenMode(
            site, mode, mode == KitchenMode.Online ? null : past.Now.AddHours(hours),
            mode == KitchenMode.Busy ? delay : 0)
        {
            Caller = As(Role.Manager),
        }));

    static readonly Gen<Draft> draft = Gen.Frequency(
        (12, place), (2, again), (8, move), (6, progress), (4, cancel), (3, courier), (5, record),
        (2, threshold), (1, put), (2, close), (3, accept), (3, promise), (4, schedule));

    static readonly Gen<Moment> moment =
        from count in Gen.Choose(1, 24)
        from drafts in Gen.ArrayOf(draft, count)
        from way in Gen.Frequency((2, Gen.Constant(Array.Empty<Draft>())), (1, trip), (1, plan))
        from due in timers
        from minutes in Gen.Elements(1, 2, 7, 20, 60, 400, 1500)
        select new Moment([.. due, .. drafts, .. way], TimeSpan.FromMinutes(minutes));

    /// <summary>Shrinks to fewer moments, and to moments of fewer commands.</summary>
    public static Arbitrary<Moment[]> Any { get; } = Arb.From(
        Gen.Choose(3, 12).SelectMany(count => Gen.ArrayOf(moment, count)), Shorter);

    static IEnumerable<Moment[]> Shorter(Moment[] moments)
    {
        for (var size = moments.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= moments.Length; at += size)
                yield return [.. moments[..at], .. moments[(at + size)..]];
        }
        for (var m = 0; m < moments.Length; m++)
        {
            var drafts = moments[m].Drafts;
            for (var d = 0; drafts.Count > 1 && d < drafts.Count; d++)
            {
                var fewer = moments[m] with { Drafts = [.. drafts.Take(d), .. drafts.Skip(d + 1)] };
                yield return [.. moments[..m], fewer, .. moments[(m + 1)..]];
            }
        }
    }

    /// <summary>The commands of each moment.</summary>
    public static IEnumerable<(DateTimeOffset Now, Command[] Commands)> Of(IEnumerable<Moment> moments)
    {
        var past = new Past();
        foreach (var moment in moments)
        {
            yield return (past.Now, [.. moment.Drafts.Select(draft => draft(past))]);
            past.Now += moment.Until;
        }
    }
}
