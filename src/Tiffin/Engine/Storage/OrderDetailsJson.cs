using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The details of orders as JSON objects. Responses, events, the timeline and the row have the same members.
/// </summary>
static class OrderDetailsJson
{
    /// <summary>The names of all members.</summary>
    public static readonly IReadOnlyList<string> Members =
        [.. StoredJson.Default.OrderDetails.Properties.Select(property => property.Name)];

    /// <summary>Null for an order without details.</summary>
    public static byte[]? Bytes(OrderDetails details) => details == OrderDetails.None
        ? null
        : JsonSerializer.SerializeToUtf8Bytes(details, StoredJson.Default.OrderDetails);

    public static OrderDetails Read(byte[]? json) => json is null
        ? OrderDetails.None
        : JsonSerializer.Deserialize(json, StoredJson.Default.OrderDetails)!;

    /// <summary>
    /// The members in which two details differ, with their new values; null for a member that was removed. Null if
    /// nothing differs. A merge patch (RFC 7396), except that members are replaced as a whole.
    /// </summary>
    public static JsonObject? Patch(OrderDetails before, OrderDetails after)
    {
        if (ReferenceEquals(before, after)) return null;
        var (old, patch) = (Node(before), new JsonObject());
        var changed = Node(after);
        foreach (var name in Members)
        {
            if (JsonNode.DeepEquals(old[name], changed[name])) continue;
            patch[name] = changed[name]?.DeepClone();
        }
        return patch.Count == 0 ? null : patch;
    }

    /// <summary>The details after all patches; ignores other members of the patches.</summary>
    public static OrderDetails Merge(IEnumerable<JsonObject> patches)
    {
        var merged = new JsonObject();
        foreach (var patch in patches)
        {
            foreach (var name in Members.Where(patch.ContainsKey)) merged[name] = patch[name]?.DeepClone();
        }
        return merged.Count == 0 ? OrderDetails.None : merged.Deserialize(StoredJson.Default.OrderDetails)!;
    }

    public static void WritePromise(Utf8JsonWriter json, OrderDetails details)
    {
        if (details.Promise is not { } promise) return;
        json.WritePropertyName("promise"u8);
        JsonSerializer.Serialize(json, promise, StoredJson.Default.Promise);
    }

    public static void WriteMembers(this JsonObject members, Utf8JsonWriter json)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
    }

    static JsonObject Node(OrderDetails details) =>
        JsonSerializer.SerializeToNode(details, StoredJson.Default.OrderDetails)!.AsObject();
}

/// <summary>Values that are stored as JSON in a column.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339), typeof(EnumNames)])]
[JsonSerializable(typeof(OrderDetails))]
[JsonSerializable(typeof(KitchenTimes))]
[JsonSerializable(typeof(OpeningHours))]
sealed partial class StoredJson : JsonSerializerContext;
