using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tiffin.Commit;
using Tiffin.Storage;

namespace Tiffin.Http.OpenApi;

/// <summary>
/// Adds to an operation what its endpoint's metadata say, and what follows from its handler's parameters.
/// </summary>
sealed class OperationTransformer(Examples examples) : IOpenApiOperationTransformer
{
    static readonly ProblemCodes defect = new(500, "internal_error");

    static readonly ProblemCodes[] ofBodies =
    [
        new(400, "malformed_request"), new(408, "too_slow"), new(413, "body_too_large"), new(415, "not_json"),
    ];

    static readonly ProblemCodes[] ofCommands =
    [
        new(422, "validation_failed"),
        new(503, "overloaded", "late", "outcome_unknown", "database_away", "shutting_down"),
    ];

    static readonly ProblemCodes[] ofCallers =
    [
        new(401, "unauthenticated"), new(403, "forbidden", "foreign_origin", "antiforgery_missing"),
        new(429, "too_many_requests", "too_many_concurrent_requests"),
    ];

    static readonly ProblemCodes ofQueries = new(503, "overloaded", "database_away");

    static readonly Dictionary<string, string> parameters = new()
    {
        ["kitchenId"] = "The slug of a kitchen.",
        ["brandId"] = "The slug of a brand.",
        ["itemId"] = "The slug of an item.",
        ["sku"] = "The slug of an ingredient.",
        ["webhookId"] = "The webhook's id.",
        ["eventId"] = "The id of the event that is delivered.",
        ["token"] = "The last part of an order's trackingUrl.",
    };

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var document = context.Document!;
        operation.Responses ??= [];
        foreach (var answer in metadata.OfType<Answer>())
            Response(operation, answer.Status).Description = answer.When;
        foreach (var problem in Problems(metadata, operation).GroupBy(problem => problem.Status))
            AddProblem(operation, document, problem.Key, [.. problem.SelectMany(p => p.Codes).Distinct()]);
        foreach (var parameter in metadata.OfType<RequestParameter>()) AddParameter(operation, parameter);
        foreach (var stream in metadata.OfType<EventStream>()) AddStream(operation, stream);
        foreach (var parameter in operation.Parameters ?? [])
            parameter.Description ??= parameters.GetValueOrDefault(parameter.Name!);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            Bounds.FillPath(parameter, context.Description.RelativePath!);
        var isPublic = metadata.OfType<PublicEndpoint>().Any();
        // Of what is public the document says so.
        operation.Security = isPublic
            ? []
            : [new() { [new OpenApiSecuritySchemeReference(ApiDocument.Scheme, document)] = [] }];
        AddHeaders(operation, document, isPublic);
        AddExamples(operation);
        return Task.CompletedTask;
    }

    static IEnumerable<ProblemCodes> Problems(IList<object> metadata, OpenApiOperation operation)
    {
        var needs = metadata.OfType<MethodInfo>().SelectMany(handler => handler.GetParameters())
            .Select(parameter => parameter.ParameterType).ToHashSet();
        IEnumerable<ProblemCodes> problems = metadata.OfType<ProblemCodes>();
        if (operation.RequestBody is not null) problems = problems.Concat(ofBodies);
        if (needs.Contains(typeof(CommitPipeline))) problems = problems.Concat(ofCommands);
        if (needs.Contains(typeof(Database)) || needs.Contains(typeof(CatalogueReader)))
            problems = problems.Append(ofQueries);
        if (!metadata.OfType<PublicEndpoint>().Any()) problems = problems.Concat(ofCallers);
        return problems.Append(defect);
    }

    static OpenApiResponse Response(OpenApiOperation operation, int status)
    {
        var key = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (operation.Responses!.TryGetValue(key, out var known)) return (OpenApiResponse)known;
        var response = new OpenApiResponse { Content = new Dictionary<string, OpenApiMediaType>() };
        operation.Responses[key] = response;
        return response;
    }

    static void AddProblem(OpenApiOperation operation, OpenApiDocument document, int status, string[] codes)
    {
        var response = Response(operation, status);
        response.Description ??= $"Refused: {string.Join(", ", codes)}.";
        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        response.Content["application/problem+json"] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                AllOf = [new OpenApiSchemaReference(ApiDocument.ProblemSchema, document)],
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["code"] = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        Enum = [.. codes.Select(code => (JsonNode)JsonValue.Create(code))],
                    },
                },
            },
            Example = new JsonObject
            {
                ["type"] = $"urn:tiffin:problem:{codes[0]}",
                ["title"] = codes[0].Replace('_', ' '),
                ["status"] = status,
                ["detail"] = "What went wrong, for people.",
                ["code"] = codes[0],
            },
        };
    }

    /// <summary>
    /// What the gate tells of limits; not to those whom it does not know (401), and not when a request cannot be read.
    /// </summary>
    static void AddHeaders(OpenApiOperation operation, OpenApiDocument document, bool isPublic)
    {
        foreach (var (status, response) in operation.Responses!)
        {
            string[] names = status is "429" or "503" ? ["Retry-After"] : [];
            if (!isPublic && status[0] is '2' or '3' or '4' && !unlimited.Contains(status))
                names = ["RateLimit", "RateLimit-Policy", .. names];
            if (names.Length == 0) continue;
            var headers = ((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>();
            foreach (var name in names) headers[name] = new OpenApiHeaderReference(name, document);
        }
    }

    static readonly string[] unlimited = ["400", "401", "408", "413", "415"];

    static void AddParameter(OpenApiOperation operation, RequestParameter parameter)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.In,
            Description = parameter.Description,
            Required = parameter.IsRequired,
            Schema = parameter.Form ?? Bounds.OfParameter(parameter),
        });
    }

    static void AddStream(OpenApiOperation operation, EventStream stream)
    {
        var response = Response(operation, 200);
        response.Description ??= stream.Description;
        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        response.Content["text/event-stream"] = new OpenApiMediaType
        {
            // No string: it has no end.
            Schema = new OpenApiSchema { Description = stream.Description },
        };
    }

    void AddExamples(OpenApiOperation operation)
    {
        var example = examples.Of(operation.OperationId);
        foreach (var body in operation.RequestBody?.Content?.Values ?? [])
            body.Example = example?["request"]?.DeepClone();
        foreach (var response in operation.Responses!.Values)
        {
            if (response.Content?.TryGetValue("application/json", out var body) == true)
                body.Example = example?["response"]?.DeepClone();
        }
    }
}
