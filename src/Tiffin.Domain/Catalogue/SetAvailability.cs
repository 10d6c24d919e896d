namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Marks an item as unavailable in a kitchen ("86"), until a time or further notice, or as available.
/// </summary>
public sealed record SetAvailability(string KitchenId, string ItemId, bool Available, DateTimeOffset? Until)
    : CatalogueCommand
{
    protected internal override void Check(Faults faults)
    {
        if (Available && Until is not null)
            faults.Add("/until", "only_when_off", "must be absent: only an unavailable item has an end time");
        if (Caller.IsKitchenStaff && !Available && Until is null)
            faults.Add("/until", "required", "must be set: only a manager may omit it");
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        if (!(Until <= now))
            return new ItemAvailability(KeyIn(catalogue), !Available, Until) { By = Available ? null : Caller.Id };
        faults.Add("/until", "in_the_past", "must be in the future");
        return null;
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Availabilities.GetValueOrDefault(
            KeyIn(catalogue), new ItemAvailability(KeyIn(catalogue), false, null));

    protected override Refusal.EntryNotFound? Missing(CatalogueSnapshot catalogue)
    {
        if (catalogue.KitchenFor(Caller, KitchenId) is not { } kitchen)
            return new("kitchen", KitchenId);
        return catalogue.Items.TryGetValue(ItemId, out var item) && kitchen.Brands.Contains(item.BrandId)
            ? null
            : new("item", ItemId);
    }

    ItemAvailabilityKey KeyIn(CatalogueSnapshot catalogue) => new(catalogue.Kitchens[KitchenId].Number, ItemId);
}
