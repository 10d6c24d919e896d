using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// Post-processes the OpenAPI document for client generators: no null for optional properties, one schema per enum, and
/// response schemas that allow additional properties.
/// </summary>
sealed class DocumentPostProcessor(JsonObject document)
{
    // Enums without a schema of their own: the framework inlines them, because every use is optional.
    static readonly Type[] optional = [typeof(StockDisposition), typeof(ItemKind)];

    JsonObject Schemas => document["components"]!["schemas"]!.AsObject();

    public void Apply()
    {
        ReplaceAnySchemas();
        foreach (var (_, schema) in Schemas.ToList()) RemoveOptionalNulls(schema!);
        ShareEnums();
        AllowUnknownInResponses();
        foreach (var kind in new[] { "headers", "examples", "schemas" }) Prune(kind);
    }

    // Removes unused components.
    void Prune(string kind)
    {
        var prefix = $"#/components/{kind}/";
        var used = Nodes(document).Select(node => (string?)(node["$ref"] as JsonValue)).ToHashSet();
        var components = document["components"]![kind]!.AsObject();
        foreach (var (name, _) in components.ToList())
            if (!used.Contains(prefix + name)) components.Remove(name);
    }

    // The schema of a JsonElement allows any value, unless the property names its types.
    void ReplaceAnySchemas()
    {
        Schemas.Remove("JsonElement");
        foreach (var type in typeof(DocumentPostProcessor).Assembly.GetTypes()
            .Where(type => Schemas.ContainsKey(type.Name)))
        {
            foreach (var property in type.GetProperties())
            {
                if (property.GetCustomAttribute<AnyOfAttribute>() is not { Types: var types }) continue;
                Schemas[type.Name]!["properties"]![JsonNamingPolicy.CamelCase.ConvertName(property.Name)] =
                    AnyOf(types, property.GetCustomAttribute<DescriptionAttribute>()?.Description);
            }
        }
    }

    JsonObject AnyOf(IReadOnlyList<Type> types, string? description)
    {
        var any = new JsonObject();
        if (description is not null) any["description"] = description;
        // A type that no operation returns has no schema: any value is allowed then.
        if (!types.All(HasSchema)) return any;
        if (types is [var only]) return SchemaOf(only);
        any["anyOf"] = new JsonArray([.. types.Select(SchemaOf)]);
        return any;
    }

    bool HasSchema(Type type) =>
        type == typeof(long) || Schemas.ContainsKey((type.GetElementType() ?? type).Name);

    static JsonObject SchemaOf(Type type)
    {
        if (type == typeof(long))
            return new()
            {
                ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0, ["maximum"] = long.MaxValue,
            };
        return type.GetElementType() is { } element
            ? new() { ["type"] = "array", ["maxItems"] = Bounds.BodyMax, ["items"] = SchemaOf(element) }
            : new() { ["$ref"] = Ref(type.Name) };
    }

    // Optional properties are omitted instead of null. Only a required property can be null.
    static void RemoveOptionalNulls(JsonNode schema)
    {
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        foreach (var (name, member) in (schema["properties"]?.AsObject() ?? []).ToList())
        {
            if (member is not JsonObject property || required.Contains(name)) continue;
            if (property["type"] is JsonArray types)
                property["type"] = types.Select(type => (string)type!).First(type => type != "null");
            if (property["oneOf"] is not JsonArray choices) continue;
            var only = choices.Single(choice => (string?)choice!["type"] != "null")!.AsObject();
            property.Remove("oneOf");
            foreach (var (keyword, value) in only) property[keyword] = value?.DeepClone();
        }
    }

    // The framework inlines an enum where it is optional, has a default, or is in a list.
    void ShareEnums()
    {
        foreach (var type in optional)
            Schemas.TryAdd(type.Name, new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. Names.AllOf(type).Select(word => JsonValue.Create(word))]),
            });
        var named = Schemas.Where(schema => schema.Value!["enum"] is not null)
            .ToDictionary(schema => Words(schema.Value!), schema => schema.Key);
        foreach (var node in Nodes(Schemas).ToList())
        {
            if (node["enum"] is null || !named.TryGetValue(Words(node), out var name)) continue;
            if (node == Schemas[name]) continue;
            node.Remove("enum");
            node.Remove("type");
            node["$ref"] = Ref(name);
        }
    }

    // Requests reject unknown properties. Responses may get new properties at any time.
    void AllowUnknownInResponses()
    {
        var reached = new HashSet<string>();
        foreach (var response in Nodes(document["paths"]!).Select(node => node["responses"]).OfType<JsonObject>())
            Reach(response, reached);
        foreach (var name in reached)
        {
            var schema = Schemas[name]!.AsObject();
            if (schema["additionalProperties"] is JsonValue) schema.Remove("additionalProperties");
        }
    }

    void Reach(JsonNode from, HashSet<string> reached)
    {
        foreach (var node in Nodes(from))
        {
            if (node["$ref"] is not JsonValue reference || Name((string)reference!) is not { } name) continue;
            if (reached.Add(name)) Reach(Schemas[name]!, reached);
        }
    }

    static string? Name(string reference) =>
        reference.StartsWith(Ref(""), StringComparison.Ordinal) ? reference[Ref("").Length..] : null;

    static string Ref(string name) => $"#/components/schemas/{name}";

    static string Words(JsonNode schema) =>
        string.Join(' ', schema["enum"]!.AsArray().Select(word => (string?)word).Where(word => word is not null));

    static IEnumerable<JsonObject> Nodes(JsonNode? node)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray elements => elements,
            _ => [],
        };
        return (node is JsonObject self ? [self] : Enumerable.Empty<JsonObject>()).Concat(children.SelectMany(Nodes));
    }
}
