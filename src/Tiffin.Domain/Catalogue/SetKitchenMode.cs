namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Opens a kitchen, announces a delay (busy) or stops new orders (paused), until a time or further notice.
/// </summary>
public sealed record SetKitchenMode(string KitchenId, KitchenMode Mode, DateTimeOffset? Until, int DelayMinutes)
    : CatalogueCommand
{
    public const int DelayMax = 240;

    /// <summary>Why, as a code; optional.</summary>
    public string? Reason { get; init; }

    public override IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        faults.Range("/delayMinutes", DelayMinutes, 0, DelayMax);
        if (Mode != KitchenMode.Busy && DelayMinutes != 0)
            faults.Add("/delayMinutes", "only_when_busy", "only a busy kitchen has a delay");
        if (Mode == KitchenMode.Online && Until is not null)
            faults.Add("/until", "only_when_not_online", "must be absent: online has no end");
        faults.Code("/reason", Reason);
        return faults.All;
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        if (!(Until <= now))
        {
            return catalogue.Kitchens[KitchenId] with
            {
                Mode = new ModeSetting(Mode, Until, DelayMinutes) { Reason = Reason },
                TimeoutsInRow = 0,
            };
        }
        faults.Add("/until", "in_the_past", "must be a time to come");
        return null;
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Kitchens.GetValueOrDefault(KitchenId);

    protected override Refusal.EntryUnknown? Missing(CatalogueSnapshot catalogue) =>
        catalogue.Kitchens.ContainsKey(KitchenId) && Caller.WorksIn(KitchenId) ? null : new("kitchen", KitchenId);

    protected override bool IsMode => true;
}
