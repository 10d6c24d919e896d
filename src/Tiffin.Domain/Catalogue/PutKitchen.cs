namespace Tiffin.Domain.Catalogue;

/// <summary>
/// <paramref name="Zone"/> is null if this machine does not know the time zone <paramref name="TimeZone"/>.
/// </summary>
public sealed record PutKitchen(
    string Id, string Name, string? City, string TimeZone, TimeZoneInfo? Zone, string Currency,
    IReadOnlyList<string> Brands, Acceptance Acceptance, int AcceptWithinMinutes, Fees Fees) : CatalogueCommand
{
    public const int BrandsMax = 100;
    public const int AcceptWithinMax = 24 * 60;

    public string? Phone { get; init; }

    public KitchenTimes Times { get; init; } = KitchenTimes.Default;

    /// <summary>Null keeps the hours: the kitchen's manager maintains them (<see cref="SetKitchenHours"/>).</summary>
    public OpeningHours? Hours { get; init; }

    /// <summary>
    /// The setting <see cref="KitchenTimes.ParallelLines"/> determines whether orders need the kitchen's queue.
    /// </summary>
    public override bool EndsBatch => true;

    protected internal override void Check(Faults faults)
    {
        faults.Slug("/id", Id);
        faults.Text("/name", Name, NameMax);
        faults.Text("/city", City, NameMax);
        faults.Phone("/phone", Phone);
        if (Zone is null) faults.Add("/timeZone", "unknown_time_zone", $"'{TimeZone}' is not an IANA time zone");
        faults.Currency("/currency", Currency);
        faults.Count("/brands", Brands.Count, 0, BrandsMax);
        faults.Range("/acceptWithinMinutes", AcceptWithinMinutes, 1, AcceptWithinMax);
        faults.Range("/fees/delivery", Fees.Delivery, 0, Money.AmountMax);
        faults.Range("/fees/packaging", Fees.Packaging, 0, Money.AmountMax);
        Times.Check(faults);
        Hours?.Check("/hours", faults);
    }

    public override CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults)
    {
        for (var i = 0; i < Brands.Count; i++)
        {
            if (!catalogue.Brands.ContainsKey(Brands[i]))
                faults.Add($"/brands/{i}", "unknown_brand", $"unknown brand '{Brands[i]}'");
        }
        var known = catalogue.Kitchens.GetValueOrDefault(Id);
        var number = known?.Number ?? catalogue.Kitchens.Count + 1;
        if (number > OrderId.KitchenNumberMax) faults.Add("/id", "too_many", "the limit on kitchens is reached");
        return faults.All.Count > 0
            ? null
            : new Kitchen(
                number, Id, Name, City, Zone!, Currency, [.. Brands], Acceptance, AcceptWithinMinutes, Fees,
                known?.Mode ?? ModeSetting.Online)
            {
                Phone = Phone,
                Times = Times,
                Hours = Hours ?? known?.Hours ?? OpeningHours.Always,
                TimeoutsInRow = known?.TimeoutsInRow ?? 0,
            };
    }

    protected override CatalogueEntry? Current(CatalogueSnapshot catalogue) => catalogue.Kitchens.GetValueOrDefault(Id);
}
