using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Http.Catalogue;

// The bodies of PUT, what GET answers, and the entries of a chain file are the same: what was read can be put back.
// In a PUT the id may be left out; the path says it.

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
    string BrandId, string Name, Money Price, int TaxBasisPoints, IReadOnlyList<RecipeLine> Recipe,
    ItemKind Kind = ItemKind.Item, string? Description = null, IReadOnlyList<string>? Modifiers = null,
    string? Id = null)
{
    public static ItemBody Of(Item item, CatalogueSnapshot catalogue) => new(
        item.BrandId, item.Name, item.Price, item.TaxBasisPoints,
        [.. item.Recipe.Select(part => new RecipeLine(catalogue.IngredientOf(part.Ingredient).Sku, part.Quantity))],
        item.Kind, item.Description, item.Modifiers, item.Id);

    public PutItem ToCommand(string id, Caller caller) =>
        new(id, BrandId, Name, Description, Kind, Price, TaxBasisPoints, Recipe, Modifiers ?? []) { Caller = caller };
}

/// <summary><c>mode</c> is answered only: it has a path of its own.</summary>
public sealed partial record KitchenBody(
    string Name, string TimeZone, string Currency, IReadOnlyList<string> Brands,
    Acceptance Acceptance = Acceptance.Automatic, int AcceptWithinMinutes = 10, Fees? Fees = null,
    string? City = null, string? Id = null)
{
    public static KitchenBody Of(Kitchen kitchen) => new(
        kitchen.Name, kitchen.Zone.Id, kitchen.Currency, kitchen.Brands, kitchen.Acceptance,
        kitchen.AcceptWithinMinutes, kitchen.Fees, kitchen.City, kitchen.Id);

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
