using System.Text.Json.Nodes;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// The examples of all features, from their <c>*.examples.json</c> files:
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
        foreach (var example in all.Values) Resolve(example);
    }

    public JsonNode? Of(string? operationId) => operationId is null ? null : all.GetValueOrDefault(operationId);

    // Replaces { "$like": "operationId" } with that operation's response.
    void Resolve(JsonNode node)
    {
        foreach (var child in Children(node))
        {
            if ((string?)(child as JsonObject)?["$like"] is { } other)
                child.ReplaceWith(all[other]["response"]!.DeepClone());
            else Resolve(child);
        }
    }

    static List<JsonNode> Children(JsonNode node) => node switch
    {
        JsonObject members => [.. members.Select(member => member.Value).OfType<JsonNode>()],
        JsonArray elements => [.. elements.OfType<JsonNode>()],
        _ => [],
    };

    static bool IsExamples(string resource) => resource.EndsWith(".examples.json", StringComparison.Ordinal);
}
