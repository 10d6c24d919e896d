using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Http.Catalogue;

// The bodies of PUT and the entries of a chain file are the same. In a PUT the id may be left out: the path says it.

public sealed record BrandBody(string Name, string? Id = null)
{
    public static BrandBody Of(Brand brand) => new(brand.Name, brand.Id);

    public PutBrand ToCommand(string id, Caller caller) => new(id, Name) { Caller = caller };
}

public sealed record IngredientBody(string Name, string Unit, string? Sku = null)
{
    public static IngredientBody Of(Ingredient ingredient) => new(ingredient.Name, ingredient.Unit, ingredient.Sku);

    public PutIngredient ToCommand(string sku, Caller caller) => new(sku, Name, Unit) { Caller = caller };
}

public sealed record ItemBody(
    string BrandId, string Name, MoneyBody Price, int TaxBasisPoints, IReadOnlyList<RecipeLine> Recipe,
    ItemKind Kind = ItemKind.Item, string? Description = null, IReadOnlyList<string>? Modifiers = null,
    string? Id = null)
{
    public static ItemBody Of(Item item, CatalogueSnapshot catalogue) => new(
        item.BrandId, item.Name, MoneyBody.Of(item.Price), item.TaxBasisPoints,
        [.. item.Recipe.Select(part => new RecipeLine(catalogue.IngredientOf(part.Ingredient).Sku, part.Quantity))],
        item.Kind, item.Description, item.Modifiers, item.Id);

    public PutItem ToCommand(string id, Caller caller) =>
        new(id, BrandId, Name, Description, Kind, Price.ToMoney(), TaxBasisPoints, Recipe, Modifiers ?? [])
        {
            Caller = caller,
        };
}

public sealed partial record KitchenBody(
    string Name, string TimeZone, string Currency, IReadOnlyList<string> Brands,
    Acceptance Acceptance = Acceptance.Automatic, int AcceptWithinMinutes = 10, Fees? Fees = null,
    string? City = null, string? Id = null)
{
    public PutKitchen ToCommand(string id, Caller caller) => new(
        id, Name, City, TimeZone, Zone(TimeZone), Currency, Brands, Acceptance, AcceptWithinMinutes,
        Fees ?? new Fees(0, 0)) { Caller = caller };

    // .NET takes paths of files and the names that Windows uses, too; they would not mean the same everywhere.
    static TimeZoneInfo? Zone(string name) =>
        IanaName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId
            ? zone
            : null;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex IanaName();
}

/// <summary>A kitchen as it is answered; its mode is set on a path of its own.</summary>
public sealed record KitchenAnswer(
    string Id, string Name, string? City, string TimeZone, string Currency, IReadOnlyList<string> Brands,
    Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees, ModeBody Mode)
{
    public static KitchenAnswer Of(Kitchen kitchen, DateTimeOffset now) => new(
        kitchen.Id, kitchen.Name, kitchen.City, kitchen.Zone.Id, kitchen.Currency, kitchen.Brands, kitchen.Acceptance,
        kitchen.AcceptWithinMinutes, kitchen.Fees, ModeBody.Of(kitchen.Mode.At(now)));
}

/// <summary><c>until</c> is left out for until further notice; <c>delayMinutes</c> is a busy kitchen's.</summary>
public sealed record ModeBody(KitchenMode Mode, DateTimeOffset? Until = null, int DelayMinutes = 0)
{
    public static ModeBody Of(ModeSetting setting) => new(setting.Mode, setting.Until, setting.DelayMinutes);

    public SetKitchenMode ToCommand(string kitchenId, Caller caller) =>
        new(kitchenId, Mode, Until, DelayMinutes) { Caller = caller };
}

public sealed record AvailabilityBody(bool Available, DateTimeOffset? Until = null)
{
    public SetAvailability ToCommand(string kitchenId, string itemId, Caller caller) =>
        new(kitchenId, itemId, Available, Until) { Caller = caller };
}
