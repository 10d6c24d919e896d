using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Screens;

/// <summary>A screen that compares itself with a fresh read.</summary>
enum ComparedScreen { Board, Operations, Stock }

sealed partial record DifferencesRequest(
    ComparedScreen Screen,
    [property: Description("The position of the snapshot that the screen was compared with.")]
    [property: Range(0, DifferencesRequest.PositionMax)]
    long Position,
    [property: Description("What differed, a short sentence each, of letters, digits and ids. No names, no notes.")]
    [property: Length(1, DifferencesRequest.DifferencesMax)]
    IReadOnlyList<string> Differences) : IJsonOnDeserialized
{
    public const int DifferencesMax = 20;
    public const int LengthMax = 100;
    public const long PositionMax = 1L << 53;

    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Differences, "differences");

    public Problem? Check()
    {
        var faults = new Faults();
        faults.Range("/position", Position, 0, PositionMax);
        faults.Count("/differences", Differences.Count, 1, DifferencesMax);
        for (var i = 0; i < Differences.Count; i++)
            if (!Plain().IsMatch(Differences[i])) faults.Add($"/differences/{i}", "not_a_code",
                $"must be 1 to {LengthMax} lower-case letters, digits, spaces, commas, hyphens and underscores");
        return Problems.Of(faults);
    }

    // For the log: no line breaks, and none of the characters of which names, phone numbers and addresses consist.
    [GeneratedRegex(@"\A[a-z0-9 _,-]{1,100}\z")]
    private static partial Regex Plain();
}

static class DifferenceEndpoints
{
    public static void MapDifferences(this IEndpointRouteBuilder app) =>
        app.MapPost("/v1/kitchens/{kitchenId}/differences", Report).WithTags("Kitchens")
            .Allow(Staff, KitchenInPath)
            .Describe("reportDifferences", "Report incorrect data on a screen",
                "For screens that compare their state with a fresh snapshot and correct it. A difference is a "
                + "defect: it is logged as a warning and counted. Nothing changes.")
            .NoIdempotencyKey("The report changes nothing: a duplicate is one more line in the log.")
            .Response(204, "Logged.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");

    static IResult Report(
        string kitchenId, DifferencesRequest body, ScreenMetrics metrics, ILogger<ScreenMetrics> log)
    {
        if (!Slug.IsValid(kitchenId)) return Problems.NotFound;
        if (body.Check() is { } invalid) return invalid;
        metrics.RecordDifferences(body.Screen, body.Differences.Count);
        ScreenMessages.Differed(
            log, Names.Of(body.Screen), kitchenId, body.Position, string.Join("; ", body.Differences));
        return TypedResults.NoContent();
    }
}
