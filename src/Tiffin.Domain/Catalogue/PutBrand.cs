namespace Tiffin.Domain.Catalogue;

public sealed record PutBrand(string Id, string Name) : CatalogueCommand
{
    public override IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        faults.Slug("/id", Id);
        faults.Text("/name", Name, NameMax);
        return faults.All;
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults) =>
        new Brand(Id, Name);

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) => catalogue.Brands.GetValueOrDefault(Id);
}
