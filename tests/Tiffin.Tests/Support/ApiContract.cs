using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tiffin.Tests.Support;

/// <summary>A response that violates the published contract.</summary>
public sealed class ContractException(string message) : Exception(message);

/// <summary>
/// Validates responses against the API document: status, media type, headers and body. The document is read once per
/// process from the first server, since it is the same for all.
/// </summary>
public sealed class ApiContract
{
    const string ProblemType = "application/problem+json";

    static readonly SemaphoreSlim loading = new(1);

    /// <summary>Headers that the product sets itself: each one that is sent must be described.</summary>
    static readonly string[] ours =
    [
        "ETag", "Location", "Idempotency-Replayed", "Server-Timing", "Retry-After", "RateLimit", "RateLimit-Policy",
        "Request-Id", "WWW-Authenticate", "Allow", "Content-Disposition",
    ];

    /// <summary>
    /// Paths that are not operations: documents, screens, and the callback of the issuer, which a middleware handles.
    /// </summary>
    static readonly string[] files =
    [
        "/openapi/", "/asyncapi.json", "/docs", "/metrics", "/v1/session/callback", "/sign-in", "/pair", "/start",
        "/kitchen/", "/stock/", "/operations", "/analytics", "/assets/", "/icon.svg", "/sw.js", "/t/",
    ];

    readonly List<(Regex Path, int Literals, JsonObject Operations)> paths = [];
    readonly JsonNode document;
    readonly JsonSchema schemas;

    ApiContract(JsonNode document)
    {
        this.document = document;
        schemas = new JsonSchema(document);
        foreach (var (template, operations) in document["paths"]!.AsObject())
        {
            var path = new Regex($"^{Regex.Replace(template, @"\{[^}]*\}", "[^/]*")}$");
            paths.Add((path, template.Split('/').Count(part => !part.StartsWith('{')), operations!.AsObject()));
        }
        Visit(document);
    }

    /// <summary>The contract of this process's servers; null until the first of them has started.</summary>
    public static ApiContract? Loaded { get; private set; }

    public static async Task Load(Uri server)
    {
        if (Loaded is not null) return;
        await loading.WaitAsync();
        try
        {
            if (Loaded is not null) return;
            using var client = new HttpClient { BaseAddress = server };
            EventContract.Load(JsonNode.Parse(await client.GetStringAsync("/asyncapi.json"))!);
            Loaded = new ApiContract(JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Throws when the document does not describe the response.</summary>
    public void Check(HttpRequestMessage request, HttpResponseMessage answer, string? body)
    {
        var errors = Errors(request, answer, body).ToList();
        if (errors.Count == 0) return;
        throw new ContractException($"{request.Method} {request.RequestUri?.PathAndQuery} answered "
            + $"{(int)answer.StatusCode}, against the contract:\n{string.Join('\n', errors.Take(10))}\n{body}");
    }

    IEnumerable<string> Errors(HttpRequestMessage request, HttpResponseMessage answer, string? body)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (files.Any(file => path.StartsWith(file, StringComparison.Ordinal))) return [];
        var operations = paths.Where(one => one.Path.IsMatch(path)).OrderByDescending(one => one.Literals)
            .FirstOrDefault().Operations;
        var method = request.Method == HttpMethod.Head ? "get" : request.Method.Method.ToLowerInvariant();
        var status = (int)answer.StatusCode;
        if (operations?[method] is not { } operation)
            return status is 404 or 405 || (status == 204 && method == "options")
                ? Unrouted(status, body)
                : [$"{method} {path} is no operation of the document"];
        if (operation["responses"]?[$"{status}"] is not { } response)
            return [$"{operation["operationId"]} does not say that it answers {status}"];
        return Headers(response, Sent(answer))
            .Concat(Body(response, answer, request.Method == HttpMethod.Head ? null : body));
    }

    IEnumerable<string> Unrouted(int status, string? body) => body is not { Length: > 0 }
        ? []
        : schemas.Errors(document["components"]!["schemas"]!["Problem"]!, JsonNode.Parse(body))
            .Concat((string?)JsonNode.Parse(body)!["code"] is "not_found" or "method_not_allowed"
                ? [] : [$"a {status} has another code"]);

    /// <summary>All headers, whether .NET assigns them to the response or to its content.</summary>
    static Dictionary<string, string> Sent(HttpResponseMessage answer) =>
        answer.Headers.Concat(answer.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);

    IEnumerable<string> Headers(JsonNode response, Dictionary<string, string> sent)
    {
        var described = response["headers"]?.AsObject() ?? [];
        foreach (var name in ours)
            if (sent.ContainsKey(name) && !described.ContainsKey(name))
                yield return $"the header {name} is not described";
        foreach (var (name, header) in described)
        {
            var form = Resolved(header!);
            if (!sent.TryGetValue(name, out var text))
            {
                if ((bool?)form["required"] == true) yield return $"the header {name} is missing";
                continue;
            }
            foreach (var error in schemas.Errors(form["schema"]!, Value(form["schema"]!, text)))
                yield return $"the header {name}{error}";
        }
    }

    JsonNode Value(JsonNode schema, string text) =>
        (string?)Resolved(schema)["type"] == "integer" && long.TryParse(text, out var number) ? number : text;

    IEnumerable<string> Body(JsonNode response, HttpResponseMessage answer, string? body)
    {
        var described = response["content"]?.AsObject() ?? [];
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (body is null or "")
            return described.Count == 0 || body is null ? [] : ["the body is missing"];
        if (type is null || described[type] is not { } form) return [$"the media type {type} is not described"];
        if (form["schema"] is not { } schema || !type.EndsWith("json", StringComparison.Ordinal)) return [];
        var value = JsonNode.Parse(body);
        return schemas.Errors(schema, value)
            .Concat(type == ProblemType ? Codes(response, (string?)value!["code"]) : [])
            .Concat(EventContract.Errors(value));
    }

    static IEnumerable<string> Codes(JsonNode response, string? code) =>
        response["x-codes"]?.AsArray().Any(one => (string?)one == code) == true
            ? []
            : [$"the code {code} is not described for this status"];

    JsonNode Resolved(JsonNode node) => (string?)node["$ref"] is { } reference
        ? reference.Split('/').Skip(1).Aggregate(document, (at, step) => at[step]!)
        : node;

    /// <summary>Reads every node: parsed nodes are materialized on first access, which is not thread-safe.</summary>
    static void Visit(JsonNode? node)
    {
        if (node is JsonObject members)
            foreach (var (_, member) in members) Visit(member);
        if (node is JsonArray elements)
            foreach (var element in elements) Visit(element);
    }
}

/// <summary>Validates every response that a test receives against the API document.</summary>
sealed class ContractHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var type = answer.Content.Headers.ContentType?.MediaType;
        string? body = "";
        if (type is "text/event-stream") body = null;
        else if (type?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            body = await answer.Content.ReadAsStringAsync(cancellationToken);
        }
        (ApiContract.Loaded ?? throw new InvalidOperationException("The contract was not loaded."))
            .Check(answer.RequestMessage ?? request, answer, body);
        return answer;
    }
}
