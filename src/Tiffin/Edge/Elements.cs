using System.Text.Json;

namespace Tiffin.Edge;

/// <summary>The serializer holds members against their nullability, but not the elements of lists.</summary>
static class Elements
{
    public static void NotNull<T>(IEnumerable<T>? elements, string name)
    {
        if (elements?.Any(element => element is null) == true)
            throw new JsonException($"expected no null among the {name}");
    }
}
