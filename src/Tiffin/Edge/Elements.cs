using System.Text.Json;

namespace Tiffin.Edge;

/// <summary>Null checks for list elements: the serializer checks the nullability of properties only.</summary>
static class Elements
{
    public static void NotNull<T>(IEnumerable<T>? elements, string name)
    {
        if (elements?.Any(element => element is null) == true)
            throw new JsonException($"expected no null in {name}");
    }
}
