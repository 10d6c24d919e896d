namespace Tiffin.Domain.Catalogue;

/// <summary>Replaces the opening hours of a kitchen.</summary>
public sealed record SetKitchenHours(string KitchenId, OpeningHours Hours) : CatalogueCommand
{
    protected internal override void Check(Faults faults) => Hours.Check("", faults);

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults) =>
        catalogue.Kitchens[KitchenId] with { Hours = Hours };

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Kitchens.GetValueOrDefault(KitchenId);

    protected override Refusal.EntryNotFound? Missing(CatalogueSnapshot catalogue) =>
        catalogue.KitchenFor(Caller, KitchenId) is null ? new("kitchen", KitchenId) : null;
}
