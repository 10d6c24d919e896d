using System.Collections.Immutable;

namespace Tiffin.Domain.Catalogue;

public sealed record RecipeLine(string Sku, long Quantity);

public sealed record PutItem(
    string Id, string BrandId, string Name, string? Description, ItemKind Kind, Money Price, int TaxBasisPoints,
    IReadOnlyList<RecipeLine> Recipe, IReadOnlyList<string> Modifiers) : CatalogueCommand
{
    public const int RecipeMax = 50;
    public const int ModifiersMax = 50;
    public const long QuantityMax = 1_000_000;
    public const int DescriptionMax = 500;
    public const int TaxMax = 10_000;

    /// <summary>In minutes; null if the kitchen's own time is enough.</summary>
    public int? PrepMinutes { get; init; }

    public string? StationId { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Slug("/id", Id);
        faults.Text("/name", Name, NameMax);
        faults.Text("/description", Description, DescriptionMax);
        faults.Range("/price/amount", Price.Amount, 0, Money.AmountMax);
        faults.Currency("/price/currency", Price.Currency);
        faults.Range("/taxBasisPoints", TaxBasisPoints, 0, TaxMax);
        faults.Range("/prepMinutes", PrepMinutes ?? 1, 1, KitchenTimes.MinutesMax);
        if (StationId is not null) faults.Slug("/stationId", StationId);
        faults.Count("/recipe", Recipe.Count, 0, RecipeMax);
        faults.Count("/modifiers", Modifiers.Count, 0, ModifiersMax);
        for (var i = 0; i < Recipe.Count; i++)
            faults.Range($"/recipe/{i}/quantity", Recipe[i].Quantity, 1, QuantityMax);
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        if (!catalogue.Brands.ContainsKey(BrandId))
            faults.Add("/brandId", "unknown_brand", $"unknown brand '{BrandId}'");
        var recipe = ImmutableArray.CreateBuilder<Portion>(Recipe.Count);
        for (var i = 0; i < Recipe.Count; i++)
        {
            if (!catalogue.Ingredients.TryGetValue(Recipe[i].Sku, out var ingredient))
                faults.Add($"/recipe/{i}/sku", "unknown_ingredient", $"unknown ingredient '{Recipe[i].Sku}'");
            else if (recipe.Any(portion => portion.Ingredient == ingredient.Number))
                faults.Add($"/recipe/{i}/sku", "duplicate", $"'{Recipe[i].Sku}' occurs in the recipe more than once");
            else
                recipe.Add(new Portion(ingredient.Number, Recipe[i].Quantity));
        }
        for (var i = 0; i < Modifiers.Count; i++)
        {
            if (!catalogue.Items.TryGetValue(Modifiers[i], out var modifier) || modifier.BrandId != BrandId)
                faults.Add($"/modifiers/{i}", "unknown_item", $"brand '{BrandId}' has no item '{Modifiers[i]}'");
            else if (modifier.Kind != ItemKind.Modifier)
                faults.Add($"/modifiers/{i}", "not_a_modifier", $"'{Modifiers[i]}' is not a modifier");
            else if (Modifiers.Take(i).Contains(Modifiers[i]))
                faults.Add($"/modifiers/{i}", "duplicate", $"'{Modifiers[i]}' is listed more than once");
        }
        if (catalogue.Items.TryGetValue(Id, out var known) && known.BrandId != BrandId)
            faults.Add("/brandId", "brand_is_fixed", $"'{Id}' belongs to '{known.BrandId}'; use a new id");
        return faults.All.Count > 0
            ? null
            : new Item(Id, BrandId, Name, Description, Kind, Price, TaxBasisPoints, recipe.ToImmutable(),
                [.. Modifiers])
            {
                PrepMinutes = PrepMinutes,
                StationId = StationId,
            };
    }

    /// <summary>A changed recipe changes the stock rows that orders of the item need.</summary>
    public override bool EndsBatch => true;

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) => catalogue.Items.GetValueOrDefault(Id);
}
