namespace Tiffin.Dev.Simulation;

/// <summary>An item of <c>GET /v1/kitchens/{k}/menu</c>, reduced to what the simulation needs.</summary>
/// <param name="Portions">Null if the item uses no stock.</param>
sealed record MenuItem(
    string ItemId, string BrandId, bool Available, long? Portions, IReadOnlyList<MenuModifier>? Modifiers)
{
    public bool CanBeOrdered => Available && Portions is not <= 0;
}

sealed record MenuModifier(string ItemId, bool Available, long? Portions = null)
{
    public bool CanBeOrdered => Available && Portions is not <= 0;
}
