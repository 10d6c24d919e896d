namespace Tiffin.Domain.Catalogue;

/// <summary>Quantities are whole numbers of <paramref name="Unit"/>: choose one small enough (g, ml, piece).</summary>
public sealed record PutIngredient(string Sku, string Name, string Unit) : CatalogueCommand
{
    public const int UnitMax = 16;
    public const int StorageAreaMax = 40;
    public const long PackMax = 1_000_000_000;

    public string? StorageArea { get; init; }

    public Pack? Pack { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Slug("/sku", Sku);
        faults.Text("/name", Name, NameMax);
        faults.Text("/unit", Unit, UnitMax);
        faults.Text("/storageArea", StorageArea, StorageAreaMax);
        faults.Range("/pack/quantity", Pack?.Quantity ?? 1, 1, PackMax);
        if (Pack?.Price is { } price)
        {
            faults.Range("/pack/price/amount", price.Amount, 0, Money.AmountMax);
            faults.Currency("/pack/price/currency", price.Currency);
        }
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        var known = catalogue.Ingredients.GetValueOrDefault(Sku);
        // All stored quantities are in this unit: changing it would change their meaning.
        if (known is not null && known.Unit != Unit)
        {
            faults.Add("/unit", "unit_is_fixed",
                $"'{Sku}' is counted in '{known.Unit}'; use a new sku for another unit");
            return null;
        }
        return new Ingredient(known?.Number ?? catalogue.Ingredients.Count + 1, Sku, Name, Unit)
        {
            StorageArea = StorageArea,
            Pack = Pack,
        };
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Ingredients.GetValueOrDefault(Sku);
}
