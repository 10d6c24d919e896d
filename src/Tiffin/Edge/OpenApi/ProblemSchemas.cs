using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// Schemas of problems: flat, one per set of extension members, so that a generated client gets one error type with
/// <c>code</c> and its extension members.
/// </summary>
static class ProblemSchemas
{
    public const string Plain = "Problem";
    const string Code = "ProblemCode";
    const string FaultCode = "FaultCode";

    sealed record Shape(
        string Name, string Description, string[] Codes, string[] Required,
        Func<OpenApiDocument, Dictionary<string, IOpenApiSchema>> Members);

    static readonly Shape[] shapes =
    [
        new("PlacementProblem", "The order cannot be placed now. The extension members depend on the code.",
            ["out_of_stock", "item_unavailable", "kitchen_paused", "closed", "total_changed", "reference_in_use"], [],
            document => new()
            {
                ["lines"] = Array("ShortLine", document, "For out_of_stock: the lines with insufficient stock."),
                ["itemId"] = Text("For item_unavailable: the item."),
                ["pointer"] = Text("For item_unavailable: JSON pointer to it in the body."),
                ["until"] = Time("For item_unavailable and kitchen_paused: when it ends, if known."),
                ["opensAt"] = Time("For closed: when the kitchen opens next, if it does."),
                ["orderId"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String, Format = "uuid", MaxLength = Bounds.UuidLength,
                    Description = "For reference_in_use: the order with this external reference.",
                },
                ["total"] = new OpenApiSchemaReference("Money", document)
                {
                    Description = "For total_changed: the current total.",
                },
            }),
        new("ScheduleProblem", "The order cannot be scheduled for that time. The times depend on the code.",
            ["too_soon", "too_far_ahead", "closed_then"], [],
            _ => new()
            {
                ["pointer"] = Text("JSON pointer to the time in the body."),
                ["earliest"] = Time(
                    "For too_soon and closed_then: the earliest possible time; absent if the kitchen never opens."),
                ["latest"] = Time("For too_far_ahead: the latest possible time."),
            }),
        new("IllegalMoveProblem", "The order cannot be changed like this now. The members depend on the code.",
            ["illegal_move", "not_released"], [],
            document => new()
            {
                ["orderStatus"] = new OpenApiSchemaReference("OrderStatus", document),
                ["allowedStatuses"] = Array(
                    "OrderStatus", document, "For illegal_move: the statuses that your role can set."),
                ["releaseAt"] = Time("For not_released: when the order will be released."),
            }),
        new("OrderStateProblem", "The order is in a state in which this is not possible.",
            ["wrong_status", "decision_pending"], [],
            document => new()
            {
                ["orderStatus"] = new OpenApiSchemaReference("OrderStatus", document),
                ["possibleStatuses"] = Array("OrderStatus", document, "For wrong_status: in which this is possible."),
                ["until"] = Time("For decision_pending: when the order is given up if nothing is decided."),
            }),
        new("HandoverCodeProblem", "The hand-over code is not accepted.", ["wrong_code", "code_locked"], [],
            _ => new()
            {
                ["attemptsLeft"] = Number("For wrong_code: the number of attempts until codes are locked."),
                ["until"] = Time("The end of the lock, if codes are locked."),
            }),
        new("StaleVersionProblem", "The order has changed since it was read.", ["stale_version"], ["version"],
            _ => new() { ["version"] = Number("The current version of the order.") }),
        new("CursorProblem", "The cursor is ahead of the event log, or its events were deleted by retention.",
            ["cursor_ahead", "cursor_gone"], [],
            _ => new()
            {
                ["newest"] = Text("For cursor_ahead: the newest position. Continue after it."),
                ["oldest"] = Text("For cursor_gone: continue after this position."),
            }),
    ];

    /// <summary>The schema of a response that can have any of these codes.</summary>
    public static string NameOf(IReadOnlyCollection<string> codes)
    {
        var found = shapes.Where(shape => shape.Codes.Any(codes.Contains)).Select(shape => shape.Name).ToList();
        return found switch
        {
            [] => Plain,
            [var one] => one,
            _ => throw new InvalidOperationException(
                $"{string.Join(", ", codes)} have different schemas: add a common one to ProblemSchemas."),
        };
    }

    public static void Add(OpenApiDocument document, ProblemCatalogue catalogue)
    {
        document.AddComponent(Code, ExtensibleEnum("A problem code.", catalogue.All
            .Select(page => page.Code)));
        document.AddComponent(FaultCode, ExtensibleEnum("A code of a fault in `errors`.", FaultCodes.Meanings.Keys));
        document.AddComponent("Fault", Object("An error in the request.", new()
        {
            ["code"] = new OpenApiSchemaReference(FaultCode, document),
            ["message"] = Text("A human-readable explanation."),
        }, "code", "message"));
        document.AddComponent("Faults", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Faults by location: a JSON pointer (RFC 6901) into the request body, or /query/ or "
                + "/header/ and the name of a parameter.",
            AdditionalProperties = Array("Fault", document, "Faults at this location."),
        });
        document.AddComponent(Plain, Problem(document, "Problem details (RFC 9457)."));
        document.AddComponent("Shortage", Object("An ingredient with insufficient stock.", new()
        {
            ["sku"] = Text("The sku of the ingredient."), ["unit"] = Text("The unit of the quantities."),
            ["needed"] = Number("Quantity that the whole order needs."), ["available"] = Number("Quantity on hand."),
        }, "sku", "unit", "needed", "available"));
        document.AddComponent("ShortLine", Object("An order line with insufficient stock.", new()
        {
            ["pointer"] = Text("JSON pointer to the line."), ["itemId"] = Text("The item of the line."),
            ["portions"] = Number("Portions that can still be prepared."),
            ["missing"] = Array("Shortage", document, "The missing ingredients. Only for roles that may see stock."),
        }, "pointer", "itemId", "portions"));
        foreach (var shape in shapes)
        {
            var schema = Problem(document, shape.Description);
            foreach (var (name, member) in shape.Members(document)) schema.Properties!.Add(name, member);
            schema.Required!.UnionWith(shape.Required);
            document.AddComponent(shape.Name, schema);
        }
        foreach (var problem in catalogue.All.Select(page => page.Sample))
        {
            document.AddComponent(
                problem.Code, new OpenApiExample { Summary = problem.Title, Value = problem.ExampleBody() });
        }
    }

    static OpenApiSchema Problem(OpenApiDocument document, string description) => Object(description, new()
    {
        ["type"] = Text("Path of the page that explains the problem: /problems/ and the code."),
        ["title"] = Text("A short, human-readable summary of the problem type."),
        ["status"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Integer, Format = "int32", Minimum = "400", Maximum = "599",
            Description = "The HTTP status.",
        },
        ["detail"] = Text("A human-readable explanation of this occurrence."),
        ["code"] = new OpenApiSchemaReference(Code, document) { Description = "Stable. Clients should switch on it." },
        ["traceId"] = Text("The trace id of the request, to find it in logs and traces."),
        ["errors"] = new OpenApiSchemaReference("Faults", document),
    }, "type", "title", "status", "detail", "code", "traceId");

    // An extensible enum: clients must accept values of later versions.
    static OpenApiSchema ExtensibleEnum(string description, IEnumerable<string> words)
    {
        var schema = Text($"{description} Later versions can add codes.");
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
