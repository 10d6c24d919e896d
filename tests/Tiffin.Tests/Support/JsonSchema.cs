using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>
/// Holds values against the schemas of an OpenAPI 3.1 document: the keywords that ours uses. Strict where JSON Schema
/// is not: a member that the schema does not name is an error, so that a contract that forgets one is found out.
/// </summary>
public sealed class JsonSchema(JsonNode document)
{
    /// <summary>What is wrong, as lines that begin with a JSON pointer; nothing when the value fits.</summary>
    public IEnumerable<string> Errors(JsonNode schema, JsonNode? value, string at = "")
    {
        schema = Resolved(schema);
        if ((schema["oneOf"] ?? schema["anyOf"])?.AsArray() is { } choices)
            return choices.Any(choice => !Errors(choice!, value, at).Any()) ? [] : [$"{at}: fits no choice"];
        var errors = new List<string>();
        if (schema["type"] is { } type && !Types(type).Any(name => IsOf(name, value)))
            errors.Add($"{at}: is {value?.ToJsonString() ?? "null"}, not {type.ToJsonString()}");
        if (schema["enum"] is JsonArray words && value is not null
            && !words.Any(word => JsonNode.DeepEquals(word, value)))
            errors.Add($"{at}: {value.ToJsonString()} is none of {words.ToJsonString()}");
        if (value is JsonObject members && schema["type"] is not null) errors.AddRange(Members(schema, members, at));
        if (value is JsonArray items && schema["items"] is { } item)
            errors.AddRange(items.SelectMany((one, i) => Errors(item, one, $"{at}/{i}")));
        return errors;
    }

    IEnumerable<string> Members(JsonNode schema, JsonObject members, string at)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
            if (!members.ContainsKey((string)name!)) yield return $"{at}/{name}: is missing";
        foreach (var (name, member) in members)
        {
            var known = schema["properties"]?[name] ?? (schema["additionalProperties"] as JsonObject);
            if (known is null) yield return $"{at}/{name}: is not in the schema";
            else foreach (var error in Errors(known, member, $"{at}/{name}")) yield return error;
        }
    }

    JsonNode Resolved(JsonNode schema)
    {
        while (schema is JsonObject && (string?)schema["$ref"] is { } reference)
            schema = reference.Split('/').Skip(1).Aggregate(document, (node, step) => node[step]!);
        return schema;
    }

    static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind()) switch
    {
        ("null", null or JsonValueKind.Null) => true,
        ("object", JsonValueKind.Object) => true,
        ("array", JsonValueKind.Array) => true,
        ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => value!.AsValue().TryGetValue<long>(out _),
        _ => false,
    };
}
