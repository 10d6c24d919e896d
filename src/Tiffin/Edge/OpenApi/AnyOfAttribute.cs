namespace Tiffin.Edge.OpenApi;

/// <summary>
/// The types that a property of type JsonElement can have in the OpenAPI document: an array type is a list, long is a
/// count.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class AnyOfAttribute(params Type[] types) : Attribute
{
    public IReadOnlyList<Type> Types { get; } = types;
}
