using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tiffin.Tests.Support;

/// <summary>
/// Validates values against the schemas of an OpenAPI 3.1 or AsyncAPI 3 document; supports the keywords that ours use.
/// Stricter than JSON Schema: an undeclared member is an error, so that an incomplete contract is detected.
/// </summary>
public sealed class JsonSchema(JsonNode document)
{
    static readonly ConcurrentDictionary<string, Regex> patterns = new();

    static readonly string[] known =
    [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "allOf", "oneOf",
        "anyOf", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "uniqueItems",
        "minProperties", "maxProperties", "format", "description", "example", "examples", "default", "title",
        "propertyNames", "deprecated",
    ];

    /// <summary>The errors, as lines that begin with a JSON pointer; none when the value is valid.</summary>
    public IEnumerable<string> Errors(JsonNode schema, JsonNode? value, string at = "")
    {
        var facets = Facets(schema).ToList();
        var errors = facets.SelectMany(facet => Own(facet, value, at)).ToList();
        if (value is JsonObject members) errors.AddRange(Members(facets, members, at));
        return errors;
    }

    /// <summary>The schema and every schema that it includes by <c>allOf</c>, with references resolved.</summary>
    IEnumerable<JsonObject> Facets(JsonNode schema)
    {
        if (Resolved(schema) is not JsonObject facet) yield break;
        foreach (var name in facet.Select(keyword => keyword.Key))
            if (!known.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal))
                throw new NotSupportedException($"The validator does not know the keyword '{name}'; teach it.");
        yield return facet;
        foreach (var part in facet["allOf"]?.AsArray() ?? [])
            foreach (var inner in Facets(part!)) yield return inner;
    }

    IEnumerable<string> Own(JsonObject schema, JsonNode? value, string at)
    {
        if ((schema["oneOf"] ?? schema["anyOf"])?.AsArray() is { } choices
            && !choices.Any(choice => !Errors(choice!, value, at).Any()))
            yield return $"{at}: fits no choice: {string.Join("; ", Errors(choices[0]!, value, at))}";
        if (schema["type"] is { } type && !Types(type).Any(name => IsOf(name, value)))
            yield return $"{at}: is {Shown(value)}, not {type.ToJsonString()}";
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            yield return $"{at}: {Shown(value)} is none of {words.ToJsonString()}";
        // Extensible for clients; the server itself sends only listed values.
        if (schema["x-extensible-enum"] is JsonArray listed && !listed.Any(word => JsonNode.DeepEquals(word, value)))
            yield return $"{at}: {Shown(value)} is not listed";
        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, value))
            yield return $"{at}: {Shown(value)} is not {only.ToJsonString()}";
        var faults = value switch
        {
            JsonArray items => Items(schema, items, at),
            JsonValue one when one.GetValueKind() is JsonValueKind.String => Text(schema, (string)one!, at),
            JsonValue one when one.GetValueKind() is JsonValueKind.Number => Number(schema, one.ToJsonString(), at),
            _ => [],
        };
        foreach (var fault in faults) yield return fault;
    }

    static IEnumerable<string> Text(JsonObject schema, string text, string at)
    {
        // JSON Schema counts code points.
        var length = text.EnumerateRunes().Count();
        if (length > ((int?)schema["maxLength"] ?? int.MaxValue))
            yield return $"{at}: is longer than {schema["maxLength"]}";
        if (length < ((int?)schema["minLength"] ?? 0)) yield return $"{at}: is shorter than {schema["minLength"]}";
        if ((string?)schema["pattern"] is { } pattern
            && !patterns.GetOrAdd(pattern, p => new Regex(p, RegexOptions.ECMAScript)).IsMatch(text))
            yield return $"{at}: '{text}' does not match {pattern}";
        if (!IsInFormat((string?)schema["format"], text)) yield return $"{at}: '{text}' is no {schema["format"]}";
    }

    static bool IsInFormat(string? format, string text) => format switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date-time" => text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "email" => text.IndexOf('@', StringComparison.Ordinal) > 0,
        _ => true,
    };

    static IEnumerable<string> Number(JsonObject schema, string text, string at)
    {
        var number = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if ((decimal?)schema["minimum"] is { } min && number < min) yield return $"{at}: {number} is less than {min}";
        if ((decimal?)schema["maximum"] is { } max && number > max) yield return $"{at}: {number} is more than {max}";
    }

    IEnumerable<string> Items(JsonObject schema, JsonArray items, string at)
    {
        if (items.Count > ((int?)schema["maxItems"] ?? int.MaxValue)) yield return $"{at}: holds {items.Count}";
        if (items.Count < ((int?)schema["minItems"] ?? 0)) yield return $"{at}: holds only {items.Count}";
        if (schema["items"] is not { } item) yield break;
        for (var i = 0; i < items.Count; i++)
            foreach (var error in Errors(item, items[i], $"{at}/{i}")) yield return error;
    }

    IEnumerable<string> Members(List<JsonObject> facets, JsonObject members, string at)
    {
        foreach (var name in facets.SelectMany(facet => facet["required"]?.AsArray() ?? []))
            if (!members.ContainsKey((string)name!)) yield return $"{at}/{name}: is missing";
        var isOpen = !facets.Any(facet => facet["properties"] is not null);
        foreach (var (name, member) in members)
        {
            var schemas = facets.Select(facet => facet["properties"]?[name]).OfType<JsonNode>().ToList();
            if (schemas.Count == 0)
                schemas = [.. facets.Select(facet => facet["additionalProperties"]).OfType<JsonObject>()];
            if (schemas.Count == 0 && !isOpen) yield return $"{at}/{name}: is not in the schema";
            foreach (var error in schemas.SelectMany(schema => Errors(schema, member, $"{at}/{name}")))
                yield return error;
        }
    }

    JsonNode Resolved(JsonNode schema)
    {
        while (schema is JsonObject && (string?)schema["$ref"] is { } reference)
            schema = reference.Split('/').Skip(1).Aggregate(document, (node, step) => node[step]!);
        return schema;
    }

    static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";

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
