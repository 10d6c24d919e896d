using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;

namespace Tiffin.Features.Catalogue;

// The bodies of PUT and the entries of a chain file are the same. In a PUT the id may be left out: the path says it.

public sealed record BrandBody([property: MaxLength(CatalogueCommand.NameMax)] string Name, string? Id = null)
{
    public static BrandBody Of(Brand brand) => new(brand.Name, brand.Id);

    public PutBrand ToCommand(string id, Caller caller) => new(id, Name) { Caller = caller };
}

public sealed record IngredientBody(
    [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: MaxLength(PutIngredient.UnitMax)] string Unit, string? Sku = null)
{
    public static IngredientBody Of(Ingredient ingredient) => new(ingredient.Name, ingredient.Unit, ingredient.Sku);

    public PutIngredient ToCommand(string sku, Caller caller) => new(sku, Name, Unit) { Caller = caller };
}

public sealed record ItemBody(
    string BrandId, [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: Description("Before tax.")] MoneyBody Price,
    [property: Description("Hundredths of a percent: 500 is 5 %.")]
    [property: Range(0, PutItem.TaxMax)]
    int TaxBasisPoints,
    [property: Description("What one portion takes from the stock.")]
    [property: MaxLength(PutItem.RecipeMax)]
    IReadOnlyList<RecipeLine> Recipe,
    [property: Description("Sold alone (item), or attached to a line (modifier).")] ItemKind Kind = ItemKind.Item,
    [property: MaxLength(PutItem.DescriptionMax)] string? Description = null,
    [property: Description("The items of kind modifier that go with it.")]
    [property: MaxLength(PutItem.ModifiersMax)]
    IReadOnlyList<string>? Modifiers = null,
    string? Id = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.NotNull(Recipe, "recipe");
        Elements.NotNull(Modifiers, "modifiers");
    }

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
    [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: Description("An IANA time zone, such as Asia/Kolkata.")] string TimeZone,
    [property: Description("An ISO 4217 code.")] string Currency,
    [property: Description("The brands that it cooks.")]
    [property: MaxLength(PutKitchen.BrandsMax)]
    IReadOnlyList<string> Brands,
    [property: Description("Whether orders are accepted by themselves, or by somebody in the kitchen.")]
    Acceptance Acceptance = Acceptance.Automatic,
    [property: Description("After that, an order that was not accepted is cancelled.")]
    [property: Range(1, PutKitchen.AcceptWithinMax)]
    int AcceptWithinMinutes = 10,
    Fees? Fees = null, [property: MaxLength(CatalogueCommand.NameMax)] string? City = null, string? Id = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Brands, "brands");

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
    string Id, string Name, string TimeZone, string Currency, IReadOnlyList<string> Brands,
    Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees, ModeBody Mode, string? City = null)
{
    public static KitchenAnswer Of(Kitchen kitchen, DateTimeOffset now) => new(
        kitchen.Id, kitchen.Name, kitchen.Zone.Id, kitchen.Currency, kitchen.Brands, kitchen.Acceptance,
        kitchen.AcceptWithinMinutes, kitchen.Fees, ModeBody.Of(kitchen.Mode.At(now)), kitchen.City);
}

public sealed record ModeBody(
    KitchenMode Mode,
    [property: Description("Online again then; absent for until further notice.")] DateTimeOffset? Until = null,
    [property: Description("Of a busy kitchen.")]
    [property: Range(0, SetKitchenMode.DelayMax)]
    int DelayMinutes = 0)
{
    public static ModeBody Of(ModeSetting setting) => new(setting.Mode, setting.Until, setting.DelayMinutes);

    public SetKitchenMode ToCommand(string kitchenId, Caller caller) =>
        new(kitchenId, Mode, Until, DelayMinutes) { Caller = caller };
}

public sealed record AvailabilityBody(
    bool Available,
    [property: Description("Back on the menu then; absent for until further notice.")] DateTimeOffset? Until = null)
{
    public SetAvailability ToCommand(string kitchenId, string itemId, Caller caller) =>
        new(kitchenId, itemId, Available, Until) { Caller = caller };
}
