using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests;

/// <summary>
/// A chain small enough to remember. Brand "dosa": "masala" (100 g rice, 50 g potato; 120.00), "plain" (100 g rice;
/// 90.00), "water" (no recipe; 20.00) and the modifier "ghee-extra" (10 ml ghee; 15.00). Brand "wok": "noodles" (200 g
/// noodle, 5 ml ghee; 150.00). Tax 5 %. Kitchens: "k1" accepts automatically, without fees; "k2" manually, 30.00 for
/// delivery and 10.00 for packaging; "berlin" has summer time. Only k1 and k2 cook for "wok".
/// </summary>
static class SmallChain
{
    /// <summary>Monday, 12:00 in k1.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 6, 30, 0, TimeSpan.Zero);

    /// <summary>A caller of all kitchens and of the channel; as a customer, the customer of all orders.</summary>
    public static Caller As(Role role) => new(role, role.ToString())
    {
        Kitchens = new HashSet<string> { "k1", "k2", "berlin" }, Channel = "app",
    };

    public static IEnumerable<CatalogueCommand> Puts =>
    [
        new PutBrand("dosa", "Dosa Corner") { Caller = As(Role.Admin) },
        new PutBrand("wok", "Wok Street") { Caller = As(Role.Admin) },
        Ingredient("rice", "g"),
        Ingredient("potato", "g"),
        Ingredient("ghee", "ml"),
        Ingredient("noodle", "g"),
        Item("ghee-extra", 1500, ("ghee", 10)) with { Kind = ItemKind.Modifier },
        Item("masala", 12000, ("rice", 100), ("potato", 50)) with { Modifiers = ["ghee-extra"] },
        Item("plain", 9000, ("rice", 100)) with { Modifiers = ["ghee-extra"] },
        Item("water", 2000),
        Item("noodles", 15000, ("noodle", 200), ("ghee", 5)) with { BrandId = "wok" },
        Kitchen("k1"),
        Kitchen("k2", "Pacific/Kiritimati") with { Acceptance = Acceptance.Manual, Fees = new Fees(3000, 1000) },
        Kitchen("berlin", "Europe/Berlin") with { Brands = ["dosa"] },
    ];

    public static PutIngredient Ingredient(string sku, string unit) => new(sku, sku, unit) { Caller = As(Role.Admin) };

    public static PutItem Item(string id, long price, params (string Sku, long Quantity)[] recipe) =>
        new(id, "dosa", id, null, ItemKind.Item, new Money(price, "INR"), 500,
            [.. recipe.Select(line => new RecipeLine(line.Sku, line.Quantity))], []) { Caller = As(Role.Admin) };

    public static PutKitchen Kitchen(string id, string zone = "Asia/Kolkata") => new(
        id, id, null, zone, TimeZoneInfo.FindSystemTimeZoneById(zone), "INR", ["dosa", "wok"], Acceptance.Automatic, 8,
        new Fees(0, 0)) { Caller = As(Role.Admin) };

    /// <summary>Pickup order <paramref name="n"/>, with its own key and body.</summary>
    public static PlaceOrder Place(int n, string kitchen, params BasketLine[] lines) => new(
        Seed(n), kitchen, "dosa", "app", null, nameof(Role.Customer), FulfilmentType.Pickup,
        new Contact(null, null, null, null, null), lines, null, null, null)
    {
        Caller = As(Role.Customer),
        Key = new RequestKey(Seed(n)),
        Fingerprint = Seed(n),
    };

    public static Address Home => new()
    {
        Line1 = "12 MG Road", Locality = "Ashok Nagar", City = "Bengaluru", Postcode = "560001", Country = "IN",
    };

    /// <summary>The order with delivery instead of pickup.</summary>
    public static PlaceOrder Delivered(this PlaceOrder order) =>
        order with { Fulfilment = FulfilmentType.Delivery, Contact = order.Contact with { Address = Home } };

    public static BasketLine Line(string item, int quantity = 1, params (string Item, int Quantity)[] modifiers) =>
        new(item, quantity, [.. modifiers.Select(one => new BasketModifier(one.Item, one.Quantity))], null);

    public static RecordMovements Record(int n, string kitchen, params MovementLine[] lines) => new(kitchen, lines)
    {
        Caller = As(Role.Manager),
        Key = new RequestKey(Seed(n)),
        Fingerprint = Seed(n),
    };

    public static MovementLine Move(MovementKind kind, string sku, long quantity) => new(sku, kind, quantity, null);

    public static Guid Seed(int n) => new(n, 0x7000, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 0);

    public static Guid OrderOf(int n, int kitchen = 1) => OrderId.Of(Seed(n), kitchen);
}
