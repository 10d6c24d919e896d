using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;

namespace Tiffin.Features.Catalogue;

/// <summary>
/// When a kitchen starts orders, in its time zone. Without weekly ranges it is always open, apart from the exceptions.
/// </summary>
sealed record HoursBody(
    [property: Description("The ranges of every week. Ranges may overlap.")]
    [property: MaxLength(OpeningHours.RangesMax)]
    IReadOnlyList<HoursRangeBody>? Weekly = null,
    [property: Description("Replaces the weekly ranges that start on a date.")]
    [property: MaxLength(OpeningHours.ExceptionsMax)]
    IReadOnlyList<HoursExceptionBody>? Exceptions = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.NotNull(Weekly, "weekly");
        Elements.NotNull(Exceptions, "exceptions");
    }

    public static HoursBody Of(OpeningHours hours) => new(
        [.. hours.Weekly.Select(range => new HoursRangeBody(range.Days, range.From, range.To))],
        [.. hours.Exceptions.Select(one => new HoursExceptionBody(one.Date, one.Closed, one.From, one.To))]);

    public OpeningHours ToHours() => new(
        [.. (Weekly ?? []).Select(range => new HoursRange(range.Days, range.From, range.To))],
        [.. (Exceptions ?? []).Select(one => new HoursException(one.Date, one.Closed, one.From, one.To))]);

    public SetKitchenHours ToCommand(string kitchenId, Caller caller) => new(kitchenId, ToHours()) { Caller = caller };
}

sealed record HoursRangeBody(
    [property: Description("The days on which the range starts.")]
    [property: Length(1, 7)]
    IReadOnlyList<Weekday> Days,
    [property: Description("Such as 11:00.")]
    [property: RegularExpression(OpeningHours.TimePattern)]
    string From,
    [property: Description("Such as 23:00. An end at or before the start is on the next day; 00:00 to 00:00 is a whole "
        + "day.")]
    [property: RegularExpression(OpeningHours.TimePattern)]
    string To);

/// <summary>Either <c>closed</c>, or <c>from</c> and <c>to</c>. A date may have several ranges.</summary>
sealed record HoursExceptionBody(
    DateOnly Date,
    [property: Description("No range starts on that date.")] bool Closed = false,
    [property: RegularExpression(OpeningHours.TimePattern)] string? From = null,
    [property: RegularExpression(OpeningHours.TimePattern)] string? To = null);
