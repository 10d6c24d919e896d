namespace Tiffin.Domain.Catalogue;

/// <summary>Quantities are whole numbers of <paramref name="Unit"/>: choose one small enough (g, ml, piece).</summary>
public sealed record PutIngredient(string Sku, string Name, string Unit) : CatalogueCommand
{
    public const int UnitMax = 16;

    public override IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        faults.Slug("/sku", Sku);
        faults.Text("/name", Name, NameMax);
        faults.Text("/unit", Unit, UnitMax);
        return faults.All;
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        if (!catalogue.Ingredients.TryGetValue(Sku, out var known))
            return new Ingredient(catalogue.Ingredients.Count + 1, Sku, Name, Unit);
        // All stored quantities are in this unit: changing it would change their meaning.
        if (known.Unit == Unit) return known with { Name = Name };
        faults.Add("/unit", "unit_is_fixed", $"'{Sku}' is counted in '{known.Unit}'; use a new sku for another unit");
        return null;
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Ingredients.GetValueOrDefault(Sku);
}
