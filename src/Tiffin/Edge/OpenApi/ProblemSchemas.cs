using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// The schemas of problems: one per shape, flat, so that a generated client has one error type with <c>code</c> and the
/// members that go with it.
/// </summary>
static class ProblemSchemas
{
    public const string Plain = "Problem";
    const string Code = "ProblemCode";
    const string FaultCode = "FaultCode";

    sealed record Shape(string Name, string Description, string[] Codes, string[] Required);

    static readonly Shape[] shapes =
    [
        new("PlacementProblem", "Why an order cannot be placed now. Which members come depends on the code.",
            ["out_of_stock", "item_unavailable", "kitchen_paused", "total_changed", "reference_in_use"], []),
        new("IllegalMoveProblem", "The order cannot go there.", ["illegal_move"], ["orderStatus", "allowedStatuses"]),
        new("StaleVersionProblem", "The order has changed since.", ["stale_version"], ["version"]),
        new("CursorProblem", "A position that the log does not reach.", ["cursor_ahead", "cursor_gone"], []),
    ];

    /// <summary>The schema of answers that hold one of these codes.</summary>
    public static string NameOf(IReadOnlyCollection<string> codes)
    {
        var found = shapes.Where(shape => shape.Codes.Any(codes.Contains)).Select(shape => shape.Name).ToList();
        return found switch
        {
            [] => Plain,
            [var one] => one,
            _ => throw new InvalidOperationException(
                $"{string.Join(", ", codes)} have more than one shape: give them a common one in ProblemSchemas."),
        };
    }

    public static void Add(OpenApiDocument document, ProblemCatalogue catalogue)
    {
        document.AddComponent(Code, Open("The codes of problems.", catalogue.All
            .Select(page => page.Code)));
        document.AddComponent(FaultCode, Open("The codes of faults in `errors`.", FaultCodes.Meanings.Keys));
        document.AddComponent("Fault", Object("One thing that is wrong.", new()
        {
            ["code"] = new OpenApiSchemaReference(FaultCode, document), ["message"] = Text("For people."),
        }, "code", "message"));
        document.AddComponent("Faults", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Faults by JSON pointer (RFC 6901) into the request's body; those of a parameter are at "
                + "/query/ or /header/ and its name.",
            AdditionalProperties = Array("Fault", document, "What is wrong there."),
        });
        document.AddComponent(Plain, Problem(document, "A refusal that explains itself (RFC 9457)."));
        document.AddComponent("Shortage", Object("An ingredient that is short.", new()
        {
            ["sku"] = Text("The ingredient."), ["unit"] = Text("What it is counted in."),
            ["needed"] = Number("What the whole order needs."), ["available"] = Number("What is on hand."),
        }, "sku", "unit", "needed", "available"));
        document.AddComponent("ShortLine", Object("A line that cannot be made.", new()
        {
            ["pointer"] = Text("The line, as a JSON pointer."), ["itemId"] = Text("Its item."),
            ["portions"] = Number("How many portions can still be made."),
            ["missing"] = Array("Shortage", document, "The ingredients that are short; for the kitchen's staff only."),
        }, "pointer", "itemId", "portions"));
        foreach (var shape in shapes)
        {
            var schema = Problem(document, shape.Description);
            foreach (var (name, member) in Members(shape.Name, document)) schema.Properties!.Add(name, member);
            schema.Required!.UnionWith(shape.Required);
            document.AddComponent(shape.Name, schema);
        }
        foreach (var problem in catalogue.All.Select(page => page.Sample))
        {
            document.AddComponent(
                problem.Code, new OpenApiExample { Summary = problem.Title, Value = problem.Sample() });
        }
    }

    static Dictionary<string, IOpenApiSchema> Members(string shape, OpenApiDocument document) => shape switch
    {
        "PlacementProblem" => new()
        {
            ["lines"] = Array("ShortLine", document, "Of out_of_stock: the lines that cannot be made."),
            ["itemId"] = Text("Of item_unavailable: the item."),
            ["pointer"] = Text("Of item_unavailable: where it stands, as a JSON pointer into the body."),
            ["until"] = Time("Of item_unavailable and kitchen_paused: until when, if that is known."),
            ["orderId"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String, Format = "uuid", MaxLength = Bounds.UuidLength,
                Description = "Of reference_in_use: the order that has the reference.",
            },
            ["total"] = new OpenApiSchemaReference("Money", document) { Description = "Of total_changed." },
        },
        "IllegalMoveProblem" => new()
        {
            ["orderStatus"] = new OpenApiSchemaReference("OrderStatus", document),
            ["allowedStatuses"] = Array("OrderStatus", document, "The statuses that you may give it."),
        },
        "StaleVersionProblem" => new() { ["version"] = Number("The order's version.") },
        _ => new()
        {
            ["newest"] = Text("Of cursor_ahead: the last position of the log."),
            ["oldest"] = Text("Of cursor_gone: go on after this position."),
        },
    };

    static OpenApiSchema Problem(OpenApiDocument document, string description) => Object(description, new()
    {
        ["type"] = Text("The path of a page that explains the problem: /problems/ and the code."),
        ["title"] = Text("The code for people."),
        ["status"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer, Format = "int32", Minimum = "400", Maximum = "599",
            Description = "The HTTP status.",
        },
        ["detail"] = Text("What went wrong this time."),
        ["code"] = new OpenApiSchemaReference(Code, document) { Description = "Stable: what clients switch on." },
        ["traceId"] = Text("Finds the request in logs and traces."),
        ["errors"] = new OpenApiSchemaReference("Faults", document),
    }, "type", "title", "status", "detail", "code", "traceId");

    /// <summary>An open list of words: a later version may have more, which no client should choke on.</summary>
    static OpenApiSchema Open(string description, IEnumerable<string> words)
    {
        var schema = Text($"{description} Later versions may have more of them.");
        schema.Extensions = new Dictionary<string, IOpenApiExtension>
        {
            ["x-extensible-enum"] = new JsonNodeExtension(
                new JsonArray([.. words.Order(StringComparer.Ordinal).Select(word => JsonValue.Create(word))])),
        };
        return schema;
    }

    static OpenApiSchema Object(
        string description, Dictionary<string, IOpenApiSchema> members, params string[] required) => new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Required = new HashSet<string>(required),
            Properties = members,
        };

    static OpenApiSchema Array(string element, OpenApiDocument document, string description) => new()
    {
        Type = JsonSchemaType.Array,
        Description = description,
        MaxItems = Math.Max(Faults.Max, PlaceOrderLimits.LinesMax),
        Items = new OpenApiSchemaReference(element, document),
    };

    static OpenApiSchema Number(string description) => new()
    {
        Type = JsonSchemaType.Integer, Format = "int64", Description = description,
        Minimum = "0", Maximum = $"{long.MaxValue}",
    };

    static OpenApiSchema Time(string description) => new()
    {
        Type = JsonSchemaType.String, Format = "date-time", Description = description, MaxLength = Bounds.TimeMax,
    };

    static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description, MaxLength = Bounds.BodyMax };
}
