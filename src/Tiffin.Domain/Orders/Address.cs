using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Tiffin.Domain.Orders;

/// <summary>
/// Where an order is delivered. Personal data (PII). The attributes only document the limits; <see cref="Check"/>
/// enforces them.
/// </summary>
[Description("Where the order is delivered. Personal data (PII).")]
public sealed record Address
{
    public const int LineMax = 200;
    public const int LandmarkMax = 100;
    public const int LocalityMax = 100;
    public const int CityMax = 100;
    public const int PostcodeMax = 12;
    public const int CountryLength = 2;
    public const int InstructionsMax = 500;
    public const double LatitudeMax = 90;
    public const double LongitudeMax = 180;

    public const string PostcodePattern = "^[A-Za-z0-9]([A-Za-z0-9 -]*[A-Za-z0-9])?$";
    public const string CountryPattern = "^[A-Z]{2}$";

    const int IndianPostcodeLength = 6;

    [MaxLength(LineMax)]
    [Description("House, street, flat.")]
    public required string Line1 { get; init; }

    [MaxLength(LineMax)]
    public string? Line2 { get; init; }

    [MaxLength(LandmarkMax)]
    [Description("What a courier looks for, such as a temple or a shop nearby.")]
    public string? Landmark { get; init; }

    [MaxLength(LocalityMax)]
    [Description("The part of the city.")]
    public required string Locality { get; init; }

    [MaxLength(CityMax)]
    public required string City { get; init; }

    [RegularExpression(PostcodePattern), MaxLength(PostcodeMax)]
    [Description("Letters, digits, spaces and hyphens; six digits in India. '00000' for a country without postcodes.")]
    public required string Postcode { get; init; }

    [RegularExpression(CountryPattern), MaxLength(CountryLength)]
    [Description("ISO 3166-1 alpha-2.")]
    public required string Country { get; init; }

    [Range(-LatitudeMax, LatitudeMax)]
    [Description("In degrees (WGS 84), together with longitude.")]
    public double? Latitude { get; init; }

    [Range(-LongitudeMax, LongitudeMax)]
    [Description("In degrees (WGS 84), together with latitude.")]
    public double? Longitude { get; init; }

    [MaxLength(InstructionsMax)]
    [Description("For the courier: the gate code, the bell, where to leave the bag.")]
    public string? Instructions { get; init; }

    internal void Check(string at, Faults faults)
    {
        faults.Text($"{at}/line1", Line1, LineMax);
        faults.Text($"{at}/line2", Line2, LineMax);
        faults.Text($"{at}/landmark", Landmark, LandmarkMax);
        faults.Text($"{at}/locality", Locality, LocalityMax);
        faults.Text($"{at}/city", City, CityMax);
        faults.Text($"{at}/instructions", Instructions, InstructionsMax);
        CheckPostcode($"{at}/postcode", faults);
        if (!Countries.Contains(Country))
            faults.Add($"{at}/country", "not_a_country", "must be an ISO 3166-1 alpha-2 code in capitals, such as IN");
        if (Latitude is { } latitude) faults.Range($"{at}/latitude", latitude, -LatitudeMax, LatitudeMax);
        if (Longitude is { } longitude) faults.Range($"{at}/longitude", longitude, -LongitudeMax, LongitudeMax);
        if (Latitude is null != Longitude is null)
        {
            var missing = Latitude is null ? "latitude" : "longitude";
            faults.Add($"{at}/{missing}", "required", "latitude and longitude belong together: send both or neither");
        }
    }

    void CheckPostcode(string at, Faults faults)
    {
        if (Postcode.Length > PostcodeMax)
            faults.Add(at, "too_long", $"must be at most {PostcodeMax} characters, has {Postcode.Length}");
        else if (!IsPostcode(Postcode))
            faults.Add(at, "not_a_postcode", "must be letters and digits, spaces or hyphens between, such as SW1A 1AA");
        else if (Country == "IN" && !(Postcode.Length == IndianPostcodeLength && Postcode.All(char.IsAsciiDigit)))
            faults.Add(at, "not_a_postcode", $"must be {IndianPostcodeLength} digits in India, such as 560038");
    }

    static bool IsPostcode(string text) => text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-');
}
