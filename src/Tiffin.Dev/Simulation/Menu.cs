namespace Tiffin.Dev.Simulation;

/// <summary>An item of <c>GET /v1/kitchens/{k}/menu</c>, as far as a customer cares.</summary>
/// <param name="Portions">None where the item takes nothing from the stock.</param>
sealed record MenuItem(
    string ItemId, string BrandId, bool Available, long? Portions, IReadOnlyList<MenuModifier>? Modifiers)
{
    public bool CanBeOrdered => Available && Portions is not <= 0;
}

sealed record MenuModifier(string ItemId, bool Available, long? Portions = null)
{
    public bool CanBeOrdered => Available && Portions is not <= 0;
}
