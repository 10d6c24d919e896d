using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>An operation of the server's own API document.</summary>
public sealed record ApiOperation(string Method, string Path, JsonNode Node, JsonNode Document)
{
    public string Id => (string?)Node["operationId"] ?? $"{Method} {Path}";

    /// <summary>Explicit; an operation without <c>security</c> is an error of the document.</summary>
    public bool IsPublic => Node["security"]!.AsArray().Count == 0;

    public JsonNode? RequestExample => Node["requestBody"]?["content"]?["application/json"]?["example"];

    public IEnumerable<JsonNode> Parameters => Node["parameters"]?.AsArray().Select(parameter => parameter!) ?? [];

    public JsonNode? Response(int status, string type) => Node["responses"]?[$"{status}"]?["content"]?[type];

    /// <summary>The problem codes that the operation may return with a status.</summary>
    public IEnumerable<string> Codes(int status) =>
        Node["responses"]?[$"{status}"]?["x-codes"]?.AsArray().Select(code => (string)code!) ?? [];

    public static async Task<IReadOnlyList<ApiOperation>> All(TestServer server)
    {
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!, document),
        ];
    }
}
