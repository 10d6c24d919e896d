namespace Tiffin.Edge;

/// <summary>A group of operations in the OpenAPI document.</summary>
sealed record ApiTag(string Name, string Description);
