namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Opens a kitchen, announces a delay (busy) or stops new orders (paused), until a time or further notice.
/// </summary>
public sealed record SetKitchenMode(string KitchenId, KitchenMode Mode, DateTimeOffset? Until, int DelayMinutes)
    : CatalogueCommand
{
    public const int DelayMax = 240;

    /// <summary>The longest time for which kitchen staff may set their kitchen busy.</summary>
    public const int BusyHoursMax = 24;

    /// <summary>The reason, as a code; optional.</summary>
    public string? Reason { get; init; }

    protected internal override void Check(Faults faults)
    {
        faults.Range("/delayMinutes", DelayMinutes, 0, DelayMax);
        if (Mode != KitchenMode.Busy && DelayMinutes != 0)
            faults.Add("/delayMinutes", "only_when_busy", "only a busy kitchen has a delay");
        if (Mode == KitchenMode.Online && Until is not null)
            faults.Add("/until", "only_when_not_online", "must be absent: the mode online has no end");
        faults.Code("/reason", Reason);
        if (Caller.IsKitchenStaff && Mode == KitchenMode.Paused)
            faults.Add("/mode", "not_yours", "kitchen staff may set online or busy: ask a manager to pause");
        if (Caller.IsKitchenStaff && Mode == KitchenMode.Busy && Until is null)
            faults.Add("/until", "required", "must be set: only a manager may omit it");
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        var kitchen = catalogue.Kitchens[KitchenId];
        if (Until <= now) faults.Add("/until", "in_the_past", "must be in the future");
        if (Caller.IsKitchenStaff) CheckStaff(kitchen.Mode.At(now), now, faults);
        return faults.All.Count > 0
            ? null
            : kitchen with
            {
                Mode = kitchen.Mode.Next(new ModeSetting(Mode, Until, DelayMinutes) { Reason = Reason }, now),
                TimeoutsInRow = 0,
            };
    }

    void CheckStaff(ModeSetting current, DateTimeOffset now, Faults faults)
    {
        // Staff may end the pause of a kitchen that did not answer: they are back.
        if (current is { Mode: KitchenMode.Paused, Reason: not ModeSetting.NotAnswering })
            faults.Add("/mode", "not_yours", "the kitchen is paused: only a manager may end the pause");
        if (Until > now.AddHours(BusyHoursMax))
            faults.Add("/until", "too_far_ahead",
                $"must be within {BusyHoursMax} hours: ask a manager to set a later end");
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) =>
        catalogue.Kitchens.GetValueOrDefault(KitchenId);

    protected override Refusal.EntryNotFound? Missing(CatalogueSnapshot catalogue) =>
        catalogue.KitchenFor(Caller, KitchenId) is null ? new("kitchen", KitchenId) : null;

    protected override bool IsModeChange => true;
}
