using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// Completes an operation from its endpoint's metadata, and adds the problems that its handler's parameter types imply.
/// </summary>
sealed class OperationTransformer(Examples examples, ProblemCatalogue catalogue) : IOpenApiOperationTransformer
{
    static readonly string inProgress = Edge.Problems.InProgress.Code;

    const string ProblemType = "application/problem+json";

    static readonly ProblemCodes internalError = new(500, "internal_error");

    static readonly ProblemCodes[] bodyProblems =
    [
        new(400, "malformed_request"), new(408, "too_slow"), new(413, "body_too_large"), new(415, "not_json"),
    ];

    static readonly ProblemCodes[] commandProblems =
    [
        new(422, "validation_failed"),
        new(503, "overloaded", "late", "outcome_unknown", "database_away", "shutting_down"),
    ];

    static readonly ProblemCodes[] callerProblems =
    [
        new(400, "malformed_request"), new(401, "unauthenticated"),
        new(403, "forbidden", "foreign_origin", "antiforgery_missing"),
        new(429, "too_many_requests", "too_many_concurrent_requests"), new(503, "issuer_away"),
    ];

    // Changes that bypass the commit pipeline: keys, sessions, webhooks, addresses, erasure.
    static readonly ProblemCodes administrationProblems = new(503, "database_away", "outcome_unknown");

    static readonly ProblemCodes queryProblems = new(503, "overloaded", "database_away");

    // Path parameters that several features use.
    static readonly Dictionary<string, string> parameters = new()
    {
        ["kitchenId"] = "The slug of a kitchen.",
        ["brandId"] = "The slug of a brand.",
        ["itemId"] = "The slug of an item.",
        ["sku"] = "The slug of an ingredient.",
    };

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var document = context.Document!;
        operation.Responses ??= [];
        foreach (var response in metadata.OfType<DocumentedResponse>())
            GetOrAddResponse(operation, response.Status).Description = response.Description;
        var isRead = HttpMethods.IsGet(context.Description.HttpMethod ?? "");
        foreach (var problem in Problems(metadata, operation, isRead).GroupBy(problem => problem.Status))
            AddProblem(operation, document, problem.Key, [.. problem.SelectMany(p => p.Codes).Distinct()]);
        foreach (var parameter in metadata.OfType<RequestParameter>()) AddParameter(operation, parameter);
        foreach (var stream in metadata.OfType<DocumentedStream>()) AddStream(operation, stream);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            var declared = metadata.OfType<PathParameter>().FirstOrDefault(one => one.Name == parameter.Name);
            parameter.Description ??= declared?.Description ?? parameters.GetValueOrDefault(parameter.Name!);
            Bounds.FillPath(parameter, declared?.Schema);
        }
        var isPublic = metadata.OfType<PublicEndpoint>().Any();
        // An explicit empty list documents that the operation is public.
        operation.Security = isPublic
            ? []
            : [Require(document, ApiDocument.Scheme), isRead
                ? Require(document, ApiDocument.CookieScheme)
                : Require(document, ApiDocument.CookieScheme, ApiDocument.AntiforgeryScheme)];
        AddHeaders(operation, document, metadata, isPublic);
        AddExamples(operation);
        return Task.CompletedTask;
    }

    static IEnumerable<ProblemCodes> Problems(IList<object> metadata, OpenApiOperation operation, bool isRead)
    {
        var services = HandlerParameters(metadata);
        IEnumerable<ProblemCodes> problems = metadata.OfType<ProblemCodes>();
        if (operation.RequestBody is not null) problems = problems.Concat(bodyProblems);
        if (services.Contains(typeof(CommitPipeline))) problems = problems.Concat(commandProblems);
        else if (!isRead) problems = problems.Append(administrationProblems);
        if (services.Contains(typeof(Database)) || services.Contains(typeof(CatalogueReader)))
            problems = problems.Append(queryProblems);
        if (!metadata.OfType<PublicEndpoint>().Any()) problems = problems.Concat(callerProblems);
        return problems.Append(internalError);
    }

    static OpenApiSecurityRequirement Require(OpenApiDocument document, params string[] schemes)
    {
        var all = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes) all.Add(new OpenApiSecuritySchemeReference(scheme, document), []);
        return all;
    }

    static HashSet<Type> HandlerParameters(IList<object> metadata) => metadata.OfType<MethodInfo>()
        .SelectMany(handler => handler.GetParameters()).Select(parameter => parameter.ParameterType).ToHashSet();

    static OpenApiResponse GetOrAddResponse(OpenApiOperation operation, int status)
    {
        var key = status.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses!.TryGetValue(key, out var known)) return (OpenApiResponse)known;
        var response = new OpenApiResponse { Content = new Dictionary<string, OpenApiMediaType>() };
        operation.Responses[key] = response;
        return response;
    }

    void AddProblem(OpenApiOperation operation, OpenApiDocument document, int status, string[] codes)
    {
        var response = GetOrAddResponse(operation, status);
        response.Description ??= $"Rejected: {string.Join(", ", codes)}.";
        response.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        response.Extensions["x-codes"] =
            new JsonNodeExtension(new JsonArray([.. codes.Select(code => JsonValue.Create(code))]));
        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        response.Content[ProblemType] = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference(ProblemSchemas.NameOf(codes), document),
            Examples = codes.ToDictionary(
                code => catalogue.Of(code).Code,
                code => (IOpenApiExample)new OpenApiExampleReference(code, document)),
        };
    }

    static void AddHeaders(
        OpenApiOperation operation, OpenApiDocument document, IList<object> metadata, bool isPublic)
    {
        var commits = HandlerParameters(metadata).Contains(typeof(CommitPipeline));
        foreach (var (key, response) in operation.Responses!)
        {
            var status = int.Parse(key, CultureInfo.InvariantCulture);
            var sent = metadata.OfType<DocumentedHeader>()
                .Where(header => header.Statuses.Contains(status)).Select(header => (header.Name, header.Always));
            if (!isPublic) sent = sent.Concat(RateLimitHeaders(status));
            if (status == 401) sent = sent.Append(("WWW-Authenticate", true));
            if (status is 429 or 503) sent = sent.Append(("Retry-After", status == 429));
            if (metadata.OfType<ProblemCodes>().Any(one => one.Status == status && one.Codes.Contains(inProgress)))
                sent = sent.Append(("Retry-After", false));
            sent = sent.Append(("Request-Id", true));
            if (commits && (status < 300 || status is 400 or 404 or 409 or 412 or 422 or 500 or 503))
                sent = sent.Append(("Server-Timing", status < 300));
            var headers = ((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>();
            foreach (var (name, always) in sent)
                headers[name] = new OpenApiHeaderReference(ResponseHeaders.Key(name, always), document);
        }
    }

    // A 401 has no caller, so no limits. The exception handler drops headers that were set before it.
    static IEnumerable<(string Name, bool Always)> RateLimitHeaders(int status)
    {
        if (status == 401) return [];
        var always = status is < 400 or 403 or 409 or 412 or 422;
        return [("RateLimit", always), ("RateLimit-Policy", always)];
    }

    static void AddParameter(OpenApiOperation operation, RequestParameter parameter)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.In,
            Description = parameter.Description,
            Required = parameter.IsRequired,
            Schema = parameter.Schema ?? Bounds.OfParameter(parameter),
        });
    }

    const string Heartbeat =
        "An event named heartbeat, without an id, is sent at once, and then every 15 seconds; for more than one order, "
        + "only while the server can read the event log: "
        + "{\"now\":\"2026-01-31T18:30:00.000Z\",\"position\":\"4711\"}. now is the server's time. "
        + "position is the id to resume from: every event up to it was sent, or does not match the stream.";

    static void AddStream(OpenApiOperation operation, DocumentedStream stream)
    {
        var response = GetOrAddResponse(operation, 200);
        response.Description ??= stream.Description;
        response.Content ??= new Dictionary<string, OpenApiMediaType>();
        response.Content["text/event-stream"] = new OpenApiMediaType
        {
            // No type: a stream is not a string.
            Schema = new OpenApiSchema { Description = $"{stream.Description} {Heartbeat}" },
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
