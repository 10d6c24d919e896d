namespace Tiffin.Domain.Catalogue;

/// <summary>Replaces the opening hours of a kitchen.</summary>
public sealed record SetKitchenHours(string KitchenId, OpeningHours Hours) : CatalogueCommand
{
    public override IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        Hours.Check("", faults);
        return faults.All;
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults) =>
        catalogue.Kitchens[KitchenId] with { Hours = Hours };

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Kitchens.GetValueOrDefault(KitchenId);

    protected override Refusal.EntryUnknown? Missing(CatalogueSnapshot catalogue) =>
        catalogue.KitchenFor(Caller, KitchenId) is null ? new("kitchen", KitchenId) : null;
}
