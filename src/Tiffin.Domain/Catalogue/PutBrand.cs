namespace Tiffin.Domain.Catalogue;

public sealed record PutBrand(string Id, string Name) : CatalogueCommand
{
    protected internal override void Check(Faults faults)
    {
        faults.Slug("/id", Id);
        faults.Text("/name", Name, NameMax);
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults) =>
        new Brand(Id, Name);

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) => catalogue.Brands.GetValueOrDefault(Id);
}
