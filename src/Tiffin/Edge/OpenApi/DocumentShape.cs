using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// Makes the finished document what clients and their generators need: no null that is never sent, one schema per
/// enumeration, answers that may grow.
/// </summary>
sealed class DocumentShape(JsonObject document)
{
    /// <summary>Enumerations that the framework never names, since they are optional wherever they are used.</summary>
    static readonly Type[] optional = [typeof(StockDisposition), typeof(ItemKind)];

    JsonObject Schemas => document["components"]!["schemas"]!.AsObject();

    public void Apply()
    {
        NameAny();
        foreach (var (_, schema) in Schemas.ToList()) Members(schema!);
        ShareEnums();
        OpenAnswers();
        foreach (var kind in new[] { "headers", "examples", "schemas" }) Prune(kind);
    }

    /// <summary>Drops the components that no operation has come to use.</summary>
    void Prune(string kind)
    {
        var prefix = $"#/components/{kind}/";
        var used = Nodes(document).Select(node => (string?)(node["$ref"] as JsonValue)).ToHashSet();
        var components = document["components"]![kind]!.AsObject();
        foreach (var (name, _) in components.ToList())
            if (!used.Contains(prefix + name)) components.Remove(name);
    }

    /// <summary>
    /// Two members are written by hand, from bytes or by metric; a schema of any JSON would say nothing of them.
    /// </summary>
    void NameAny()
    {
        Schemas.Remove("JsonElement");
        Schemas["DeliveryView"]!["properties"]!["event"] = Reference("EventView");
        Schemas["PointView"]!["properties"]!["value"] = new JsonObject
        {
            ["description"] = "A count; money by currency (revenue, tax); or as the summary shows the metric.",
            ["anyOf"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0, ["maximum"] = long.MaxValue,
                },
                ListOf("Money"), ListOf("WastedView"), Reference("CancelledView"), Reference("TimesView")),
        };
    }

    static JsonObject Reference(string name) => new() { ["$ref"] = Ref(name) };

    static JsonObject ListOf(string name) =>
        new() { ["type"] = "array", ["maxItems"] = Bounds.BodyMax, ["items"] = Reference(name) };

    /// <summary>
    /// A member that may be left out is left out: neither answers nor requests need null for it. Only a required member
    /// can be null.
    /// </summary>
    static void Members(JsonNode schema)
    {
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        foreach (var (name, member) in (schema["properties"]?.AsObject() ?? []).ToList())
        {
            if (member is not JsonObject form || required.Contains(name)) continue;
            if (form["type"] is JsonArray types)
                form["type"] = types.Select(type => (string)type!).First(type => type != "null");
            if (form["oneOf"] is not JsonArray choices) continue;
            var only = choices.Single(choice => (string?)choice!["type"] != "null")!.AsObject();
            form.Remove("oneOf");
            foreach (var (keyword, value) in only) form[keyword] = value?.DeepClone();
        }
    }

    /// <summary>The framework repeats an enumeration wherever it is optional, has a default, or is in a list.</summary>
    void ShareEnums()
    {
        foreach (var type in optional)
            Schemas.TryAdd(type.Name, new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(
                    name => JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)))]),
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

    /// <summary>Requests are closed: unknown members are errors. Answers may have more members at any time.</summary>
    void OpenAnswers()
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
