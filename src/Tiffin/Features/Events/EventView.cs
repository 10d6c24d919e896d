using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Features.Events;

// The shape of what CloudEventJson and EventPage write, for the API document; a test holds them together.

public sealed record EventPageView(
    IReadOnlyList<EventView> Data,
    [property: Description("Where to go on; absent where the list is whole.")] string? NextCursor = null);

[Description("A CloudEvent 1.0.")]
public sealed record EventView(
    [property: JsonPropertyName("specversion")] string SpecVersion,
    [property: Description("Random, and the same however often the event is delivered.")] Guid Id,
    string Source,
    [property: Description("Such as order.placed.")] string Type,
    [property: Description("What it happened to, such as orders/ and an id.")] string Subject,
    DateTimeOffset Time,
    [property: JsonPropertyName("datacontenttype")] string DataContentType,
    [property: Description("The place in the log.")] string Position,
    [property: Description("What happened; its members depend on the type.")]
    IReadOnlyDictionary<string, JsonElement> Data,
    [property: Description("The order's version, gap-free per order.")] string? Sequence = null,
    [property: JsonPropertyName("kitchenid")] string? KitchenId = null,
    [property: JsonPropertyName("brandid")] string? BrandId = null,
    [property: Description("The span of the request that caused it, where that was traced (W3C Trace Context).")]
    string? Traceparent = null);
