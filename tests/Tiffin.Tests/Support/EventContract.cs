using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>Validates every event that a test reads against the AsyncAPI document.</summary>
public static class EventContract
{
    static Dictionary<string, JsonNode> payloads = [];
    static JsonSchema schemas = null!;

    public static void Load(JsonNode document)
    {
        schemas = new JsonSchema(document);
        payloads = document["components"]!["messages"]!.AsObject().ToDictionary(
            message => (string)message.Value!["name"]!, message => message.Value!["payload"]!);
    }

    /// <summary>The errors of an event, or of the events of a page; none for other values.</summary>
    public static IEnumerable<string> Errors(JsonNode? value)
    {
        if (value is not JsonObject members) return [];
        if (members["data"] is JsonArray page) return page.SelectMany(Errors);
        if (members["specversion"] is null) return [];
        // Only TestServer.AppendEmpty writes such events.
        if (members["data"] is JsonObject { Count: 0 }) return [];
        var type = (string)members["type"]!;
        return payloads.TryGetValue(type, out var payload)
            ? schemas.Errors(payload, value).Select(error => $"{type} {error}")
            : [$"{type} is no event of the AsyncAPI document"];
    }

    /// <summary>Returns the event; throws when it violates the document.</summary>
    public static JsonNode Checked(JsonNode value)
    {
        var errors = Errors(value).ToList();
        return errors.Count == 0
            ? value
            : throw new ContractException($"{string.Join('\n', errors.Take(10))}\n{value.ToJsonString()}");
    }
}
