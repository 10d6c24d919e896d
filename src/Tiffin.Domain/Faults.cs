using System.Globalization;

namespace Tiffin.Domain;

/// <summary>Collects the validation errors of a request, so that the caller gets all of them at once.</summary>
public sealed class Faults
{
    /// <summary>Maximum number of errors reported: bounds the response to a hostile request.</summary>
    public const int Max = 50;

    readonly List<Fault> all = [];

    public IReadOnlyList<Fault> All => all;

    public void Add(string pointer, string code, string message) => Add(new Fault(pointer, code, message));

    public void Add(Fault fault)
    {
        if (all.Count < Max) all.Add(fault);
    }

    /// <summary>For a foreign kitchen too, so that its existence is not revealed.</summary>
    public static Fault UnknownKitchen(string pointer, string id) =>
        new Fault(pointer, "unknown_kitchen", $"unknown kitchen '{id}'");

    public void Range(string pointer, long value, long min, long max)
    {
        if (value < min || value > max) Add(pointer, "out_of_range", $"must be {min} to {max}, is {value}");
    }

    public void Range(string pointer, double value, double min, double max)
    {
        if (value >= min && value <= max) return;
        Add(pointer, "out_of_range",
            string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}, is {value}"));
    }

    /// <summary>An optional text: not blank, at most <paramref name="max"/> characters.</summary>
    public void Text(string pointer, string? text, int max)
    {
        if (text is null || AddIfTooLong(pointer, text, max)) return;
        if (string.IsNullOrWhiteSpace(text)) Add(pointer, "blank", "must not be blank");
    }

    /// <summary>The length of a text as JSON Schema and PostgreSQL count it: an emoji is one character.</summary>
    public static int CharacterCount(string text) => text.Length - text.Count(char.IsLowSurrogate);

    bool AddIfTooLong(string pointer, string text, int max)
    {
        if (text.Length <= max) return false;
        var length = CharacterCount(text);
        if (length > max) Add(pointer, "too_long", $"must be at most {max} characters, has {length}");
        return length > max;
    }

    public const string PhonePattern = "^[+][1-9][0-9]{6,14}$";

    /// <summary>An E.164 number: country code first, digits without separators.</summary>
    public void Phone(string pointer, string? text)
    {
        if (text is null) return;
        if (text.Length is < 8 or > 16 || text[0] != '+' || text[1] == '0' || !text.Skip(1).All(char.IsAsciiDigit))
            Add(pointer, "not_a_phone_number", "must be a phone number in E.164 format, such as +919800000000");
    }

    public void Email(string pointer, string? text, int max)
    {
        if (text is null || AddIfTooLong(pointer, text, max)) return;
        if (!EmailAddress.IsValid(text))
            Add(pointer, "not_an_email_address", "must be an e-mail address, such as asha@example.com");
    }

    public void Count(string pointer, int count, int min, int max)
    {
        if (count < min || count > max)
            Add(pointer, "count_out_of_range", $"must have {min} to {max} elements, has {count}");
    }

    public void Currency(string pointer, string code)
    {
        if (code.Length != 3 || !code.All(char.IsAsciiLetterUpper))
            Add(pointer, "not_a_currency", "must be an ISO 4217 code such as INR");
    }

    /// <summary>An optional code of lowercase letters, digits and underscores, such as a reason.</summary>
    public void Code(string pointer, string? text)
    {
        if (text is not null && !Domain.Code.IsValid(text))
            Add(pointer, "not_a_code", $"must match {Domain.Code.Pattern}");
    }

    public void Slug(string pointer, string text)
    {
        if (!Domain.Slug.IsValid(text)) Add(pointer, "not_a_slug", $"must match {Domain.Slug.Pattern}");
    }
}
