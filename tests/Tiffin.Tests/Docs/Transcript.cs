using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>Calls operations and records the calls as Markdown.</summary>
sealed partial class Transcript(TestServer server, IReadOnlyList<ApiOperation> operations)
{
    const int Width = 112;
    const int Shown = 100;
    static readonly string[] shown = ["ETag", "Location", "Idempotency-Replayed"];

    static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Values that differ at every call, and their replacements.</summary>
    static readonly Dictionary<string, string> changing = new()
    {
        ["lagSeconds"] = "0.1", ["durationMs"] = "12.5", ["good"] = "3000", ["total"] = "3000", ["met"] = "true",
        ["p50"] = "0.4", ["p90"] = "0.4", ["p95"] = "0.4", ["p99"] = "0.4", ["traceId"] = "\"0af7651916cd43dd…\"",
        ["antiforgeryToken"] = "\"CfDJ8…\"", ["nextCursor"] = "\"MDE5OTBh…\"", ["prefix"] = "\"tk_0123456789ab\"",
        ["createdBy"] = "\"tk_ba9876543210\"", ["caller"] = "\"tk_ba9876543210\"",
        ["pairedBy"] = "\"tk_ba9876543210\"", ["userCode"] = "\"KX4F-9TMY\"",
        ["deviceSecret"] = "\"9f86d081884c7d65…\"",
    };

    // The times are there only if the calls took long, the traceparent only if another test of the process is tracing.
    static readonly string[] sometimes = ["lastUsedAt", "lastSeenAt", "traceparent"];

    readonly List<(string Operation, string Text)> calls = [];
    readonly HashSet<string> written = [];
    readonly List<string> ids = [];

    /// <summary>The operations called, in the order of their first call.</summary>
    public IEnumerable<string> Called => calls.Select(call => call.Operation).Distinct();

    public string Of(string operation) => string.Join('\n', calls.Where(call => call.Operation == operation)
        .Select(call => call.Text));

    public static string Tag(ApiOperation operation) => (string)operation.Node["tags"]![0]!;

    /// <summary>Makes a call and records it; returns the response body if it is JSON.</summary>
    public async Task<JsonNode?> Call(
        string operation, string path, string? body = null, int status = 200, string? key = null,
        HttpClient? caller = null)
    {
        var described = operations.Single(one => one.Id == operation);
        Template(described.Path).IsMatch(path.Split('?')[0]).ShouldBeTrue($"{path} is not {described.Path}");
        using var request = new HttpRequestMessage(new HttpMethod(described.Method), path);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = new StringContent(body, null, "application/json");
        using var answer = await (caller ?? server.Client).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, $"{described.Method} {path}: {text}");
        var json = text.Length > 0 ? JsonNode.Parse(text) : null;
        var asked = new StringBuilder($"{described.Method} {path}\n");
        if (key is not null) asked.Append("Idempotency-Key: ").Append(key).Append('\n');
        Write(described, asked, body is null ? null : JsonNode.Parse(body), answer, json);
        return json;
    }

    /// <summary>Opens a stream and records its first event.</summary>
    public async Task Stream(string operation, string path, HttpClient? caller = null)
    {
        using var answer = await (caller ?? server.Client).OpenStream(path);
        ((int)answer.StatusCode).ShouldBe(200);
        var first = (await answer.Take(1)).Single();
        var text = $"```http\nGET {path}\nAccept: text/event-stream\n```\n\n```http\n200\n"
            + $"Content-Type: text/event-stream\n\nid: {first.Id}\ndata: {Beginning(Flat(first.Data))}\n…\n```\n";
        calls.Add((operation, Steady(text)));
    }

    static string Beginning(string text) => text.Length > Shown ? $"{text[..Shown]} …" : text;

    void Write(
        ApiOperation operation, StringBuilder asked, JsonNode? body, HttpResponseMessage answer, JsonNode? json)
    {
        var text = new StringBuilder("```http\n").Append(asked);
        if (body is not null) text.Append('\n').Append(Once(operation, body, "(the same body)")).Append('\n');
        text.Append("```\n\n```http\n").Append((int)answer.StatusCode).Append('\n');
        foreach (var header in shown)
        {
            if (answer.Headers.TryGetValues(header, out var values))
                text.Append(header).Append(": ").Append(values.Single()).Append('\n');
        }
        if (json is not null) text.Append('\n').Append(Once(operation, json, "(the same bytes)")).Append('\n');
        calls.Add((operation.Id, Steady(text.Append("```\n").ToString())));
    }

    /// <summary>A long body that the same page already shows is not shown again.</summary>
    string Once(ApiOperation operation, JsonNode json, string otherwise)
    {
        var parts = (json["data"] as JsonArray ?? []).Append(json["event"]).OfType<JsonObject>();
        foreach (var (one, name) in parts.SelectMany(_ => sometimes, (one, name) => (one, name))) one.Remove(name);
        var text = Json(json, 0, Width);
        return written.Add($"{Tag(operation)} {text}") || text.Length < 4 * Width ? text : otherwise;
    }

    static string Json(JsonNode? node, int indent, int width)
    {
        var flat = Flat(node);
        if (flat.Length + indent <= width || node is not (JsonObject or JsonArray)) return flat;
        var inner = node is JsonObject members
            ? members.Select(one => $"\"{one.Key}\": {Member(one.Key, one.Value, indent, width)}")
            : node.AsArray().Select(one => Json(one, indent + 2, width));
        var (open, close) = node is JsonObject ? ("{", "}") : ("[", "]");
        var pad = new string(' ', indent);
        return $"{open}\n{string.Join(",\n", inner.Select(line => $"{pad}  {line}"))}\n{pad}{close}";
    }

    static string Member(string name, JsonNode? value, int indent, int width) =>
        Changed(name, value) ?? Json(value, indent + 2, width - name.Length - 4);

    static string Flat(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject members => "{ " + string.Join(", ", members.Select(
            one => $"\"{one.Key}\": {Changed(one.Key, one.Value) ?? Flat(one.Value)}")) + " }",
        JsonArray elements => "[" + string.Join(", ", elements.Select(Flat)) + "]",
        null => "null",
        _ => node.ToJsonString(plain),
    };

    // Only plain values are replaced: objects of that name and null cursors are written as they are.
    static string? Changed(string name, JsonNode? value) =>
        name == "nextCursor" && value is JsonValue && long.TryParse((string)value!, out _) ? "\"4711\""
        : value is JsonValue && changing.TryGetValue(name, out var text)
            && (value.GetValueKind() == JsonValueKind.Number) == char.IsAsciiDigit(text[0])
        ? text
        : null;

    /// <summary>Replaces ids by their order of appearance, times by one time, and secrets.</summary>
    string Steady(string text)
    {
        text = Id().Replace(text, match =>
        {
            var id = match.Value.Replace("-", "", StringComparison.Ordinal);
            if (!ids.Contains(id)) ids.Add(id);
            var number = $"019a4c5f7d007a3e9f210000{ids.IndexOf(id):x8}";
            return match.Value.Contains('-') ? Guid.Parse(number).ToString("D") : number;
        });
        text = Time().Replace(text, "2026-01-31T13:05:00.000Z");
        text = Day().Replace(text, "2026-01-31");
        text = Hash().Replace(text, "9c0b1f7a52e4d683");
        text = Secret().Replace(text, "whsec_…");
        text = Key().Replace(text, "tk_0123456789ab_…");
        text = UserCode().Replace(text, "/pairings/KX4F-9TMY");
        text = Track().Replace(text, "/v1/track/V2h5IG5vdCBhIGN1cnJ5");
        text = TrackPage().Replace(text, "https://orders.example/t/V2h5IG5vdCBhIGN1cnJ5");
        return Receiver().Replace(text, "https://example.com/tiffin");
    }

    static Regex Template(string path) =>
        new("^" + Parameter().Replace(path.TrimEnd('/'), "[^/]+") + "/?$");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=key-)[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b20\d\d-\d\d-\d\d(?="")")]
    private static partial Regex Day();

    [GeneratedRegex("(?<=ETag: \")[0-9a-f]{16}")]
    private static partial Regex Hash();

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+")]
    private static partial Regex Secret();

    [GeneratedRegex("tk_[0-9a-f]{12}_[0-9a-zA-Z_-]+")]
    private static partial Regex Key();

    [GeneratedRegex("/pairings/[A-Z0-9]{4}-[A-Z0-9]{4}")]
    private static partial Regex UserCode();

    [GeneratedRegex("/v1/track/[A-Za-z0-9_-]+")]
    private static partial Regex Track();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/t/[A-Za-z0-9_-]+")]
    private static partial Regex TrackPage();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/hook")]
    private static partial Regex Receiver();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
