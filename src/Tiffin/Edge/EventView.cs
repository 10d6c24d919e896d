using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Edge;

// The schema of what CloudEventJson writes, for the OpenAPI document. A test compares the two.
[Description("An event in the CloudEvents 1.0 format.")]
sealed record EventView(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    [property: Description("A random id, the same in every delivery of the event. Use it to deduplicate.")] Guid Id,
    string Source,
    [property: Description("The event type, such as order.placed.")] string Type,
    [property: Description("The changed resource, such as orders/ and an id.")] string Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    [property: Description("The position in the event log.")] string Position,
    [property: Description("The change; its properties depend on the type.")]
    IReadOnlyDictionary<string, JsonElement> Data,
    [property: Description("The order's version, gap-free per order.")] string? Sequence = null,
    [property: JsonPropertyName("kitchenid")] string? KitchenId = null,
    [property: JsonPropertyName("brandid")] string? BrandId = null,
    [property: Description("The span of the request that caused the event, if it was traced (W3C Trace Context).")]
    string? Traceparent = null);
