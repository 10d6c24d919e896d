using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using Tiffin.Edge;

namespace Tiffin.Features.Catalogue;

// Bodies of PUT and entries of a chain file. A PUT may omit the id, which is in the path.

sealed record BrandBody(
    [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: RegularExpression(Slug.Pattern)] string? Id = null)
{
    public static BrandBody Of(Brand brand) => new(brand.Name, brand.Id);

    public PutBrand ToCommand(string id, Caller caller) => new(id, Name) { Caller = caller };
}

sealed record IngredientBody(
    [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: MaxLength(PutIngredient.UnitMax)] string Unit, string? Sku = null,
    [property: Description("Where kitchens store it, such as Cold room. A count proceeds area by area.")]
    [property: MaxLength(PutIngredient.StorageAreaMax)]
    string? StorageArea = null,
    [property: Description("What suppliers usually deliver.")]
    PackBody? Pack = null)
{
    public static IngredientBody Of(Ingredient ingredient) => new(
        ingredient.Name, ingredient.Unit, ingredient.Sku, ingredient.StorageArea, PackBody.Of(ingredient.Pack));

    public PutIngredient ToCommand(string sku, Caller caller) => new(sku, Name, Unit)
    {
        Caller = caller,
        StorageArea = StorageArea,
        Pack = Pack?.ToPack(),
    };
}

sealed record PackBody(
    [property: Description("In the ingredient's unit.")]
    [property: Range(1, PutIngredient.PackMax)]
    long Quantity,
    [property: Description("The price of one pack, before tax.")]
    MoneyBody? Price = null)
{
    public static PackBody? Of(Pack? pack) => pack is null
        ? null
        : new(pack.Quantity, pack.Price is { } price ? MoneyBody.Of(price) : null);

    public Pack ToPack() => new(Quantity, Price?.ToMoney());
}

sealed record ItemBody(
    string BrandId, [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: Description("Price before tax.")] MoneyBody Price,
    [property: Description("Tax rate in hundredths of a percent: 500 is 5 %.")]
    [property: Range(0, PutItem.TaxMax)]
    int TaxBasisPoints,
    [property: Description("Quantities that one portion takes from the stock.")]
    [property: MaxLength(PutItem.RecipeMax)]
    IReadOnlyList<RecipeLine> Recipe,
    [property: Description("item: sold separately. modifier: added to an item.")] ItemKind Kind = ItemKind.Item,
    [property: MaxLength(PutItem.DescriptionMax)] string? Description = null,
    [property: Description("Ids of the modifiers that can be added to the item.")]
    [property: MaxLength(PutItem.ModifiersMax)]
    IReadOnlyList<string>? Modifiers = null,
    [property: RegularExpression(Slug.Pattern)] string? Id = null,
    [property: Description("Minutes from placing to ready, if longer than the kitchen's own prepMinutes.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int? PrepMinutes = null,
    [property: Description("The part of the kitchen where it is made, such as tandoor.")]
    [property: RegularExpression(Slug.Pattern)]
    string? StationId = null)
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
        item.Kind, item.Description, item.Modifiers, item.Id, item.PrepMinutes, item.StationId);

    public PutItem ToCommand(string id, Caller caller) =>
        new(id, BrandId, Name, Description, Kind, Price.ToMoney(), TaxBasisPoints, Recipe, Modifiers ?? [])
        {
            Caller = caller,
            PrepMinutes = PrepMinutes,
            StationId = StationId,
        };
}

sealed partial record KitchenBody(
    [property: MaxLength(CatalogueCommand.NameMax)] string Name,
    [property: Description("IANA time zone, such as Asia/Kolkata.")] string TimeZone,
    [property: Description("ISO 4217 currency code.")] string Currency,
    [property: Description("Ids of the brands that the kitchen cooks.")]
    [property: MaxLength(PutKitchen.BrandsMax)]
    IReadOnlyList<string> Brands,
    [property: Description("Whether orders are accepted automatically or manually by the kitchen's staff.")]
    Acceptance Acceptance = Acceptance.Automatic,
    [property: Description("With manual acceptance: an order is cancelled if not accepted within this time.")]
    [property: Range(1, PutKitchen.AcceptWithinMax)]
    int AcceptWithinMinutes = 10,
    Fees? Fees = null, [property: MaxLength(CatalogueCommand.NameMax)] string? City = null,
    [property: RegularExpression(Slug.Pattern)] string? Id = null,
    KitchenTimes? Times = null,
    [property: Description("If absent, they stay unchanged. PUT …/hours changes only them.")]
    HoursBody? Hours = null,
    [property: Description("Where to call the kitchen, such as when an order is not accepted: E.164. All callers see "
        + "it: do not use a private number. If absent, the kitchen has none.")]
    [property: RegularExpression(Faults.PhonePattern), MaxLength(PlaceOrderLimits.PhoneMax)]
    string? Phone = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Brands, "brands");

    public PutKitchen ToCommand(string id, Caller caller) => new(
        id, Name, City, TimeZone, Zone(TimeZone), Currency, Brands, Acceptance, AcceptWithinMinutes,
        Fees ?? new Fees(0, 0))
    {
        Caller = caller,
        Phone = Phone,
        Times = Times ?? KitchenTimes.Default,
        Hours = Hours?.ToHours(),
    };

    // .NET also accepts file paths and Windows names, which do not resolve the same way on every platform.
    static TimeZoneInfo? Zone(string name) =>
        IanaName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId
            ? zone
            : null;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\z")]
    private static partial Regex IanaName();
}

/// <summary>A kitchen in responses. Its mode is changed by <c>PUT …/mode</c>.</summary>
sealed record KitchenView(
    [property: RegularExpression(Slug.Pattern)] string Id,
    string Name, string TimeZone, string Currency, IReadOnlyList<string> Brands,
    Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees, ModeBody Mode, KitchenTimes Times,
    HoursBody Hours, string? City = null,
    [property: RegularExpression(Faults.PhonePattern)] string? Phone = null)
{
    public static KitchenView Of(Kitchen kitchen, DateTimeOffset now) => new(
        kitchen.Id, kitchen.Name, kitchen.Zone.Id, kitchen.Currency, kitchen.Brands, kitchen.Acceptance,
        kitchen.AcceptWithinMinutes, kitchen.Fees, ModeBody.Of(kitchen.Mode.At(now)), kitchen.Times,
        HoursBody.Of(kitchen.Hours), kitchen.City, kitchen.Phone);
}

sealed record ModeBody(
    KitchenMode Mode,
    [property: Description("When the kitchen is online again; absent: until further notice.")]
    DateTimeOffset? Until = null,
    [property: Description("Expected delay of a busy kitchen.")]
    [property: Range(0, SetKitchenMode.DelayMax)]
    int DelayMinutes = 0,
    [property: Description("Why, as a code. not_answering: paused by the system, because orders were not accepted.")]
    [property: RegularExpression(Code.Pattern)]
    string? Reason = null)
{
    public static ModeBody Of(ModeSetting setting) =>
        new(setting.Mode, setting.Until, setting.DelayMinutes, setting.Reason);

    public SetKitchenMode ToCommand(string kitchenId, Caller caller) =>
        new(kitchenId, Mode, Until, DelayMinutes) { Caller = caller, Reason = Reason };
}

sealed record AvailabilityBody(
    bool Available,
    [property: Description("When the item is available again; absent: until further notice.")]
    DateTimeOffset? Until = null)
{
    public SetAvailability ToCommand(string kitchenId, string itemId, Caller caller) =>
        new(kitchenId, itemId, Available, Until) { Caller = caller };
}

sealed record AvailabilityView(
    bool Available,
    [property: Description("When the item is available again; absent: until further notice.")]
    DateTimeOffset? Until = null,
    [property: Description("Who made it unavailable: the subject of the credentials.")]
    string? OffBy = null)
{
    public static AvailabilityView Of(ItemAvailability off) => new(!off.IsOff, off.Until, off.By);
}
