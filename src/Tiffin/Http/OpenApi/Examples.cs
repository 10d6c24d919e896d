using System.Text.Json.Nodes;

namespace Tiffin.Http.OpenApi;

/// <summary>
/// The examples of all features, from the files <c>*.examples.json</c> beside them:
/// <c>{ "operationId": { "request": …, "response": … } }</c>.
/// </summary>
sealed class Examples
{
    readonly Dictionary<string, JsonNode> all = [];

    public Examples()
    {
        var assembly = typeof(Examples).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(IsExamples))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var (operation, example) in JsonNode.Parse(stream)!.AsObject()) all.Add(operation, example!);
        }
        foreach (var example in all.Values) Resolve(example.AsObject());
    }

    public JsonNode? Of(string? operationId) => operationId is null ? null : all.GetValueOrDefault(operationId);

    /// <summary><c>"response": { "$like": "operationId" }</c> is that operation's response.</summary>
    void Resolve(JsonObject example)
    {
        if (example["response"] is JsonObject response && (string?)response["$like"] is { } other)
            example["response"] = all[other]["response"]!.DeepClone();
    }

    static bool IsExamples(string resource) => resource.EndsWith(".examples.json", StringComparison.Ordinal);
}
