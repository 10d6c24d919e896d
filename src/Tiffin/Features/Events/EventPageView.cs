using System.ComponentModel;
using Tiffin.Edge;

namespace Tiffin.Features.Events;

// The schema of what EventPage writes, for the OpenAPI document. A test compares the two.
sealed record EventPageView(
    IReadOnlyList<EventView> Data,
    [property: Description("Cursor of the next page. Absent if the list is complete.")] string? NextCursor = null);
