namespace Tiffin.Dev.Simulation;

/// <summary>An item of <c>GET /v1/kitchens/{k}/menu</c>, as far as a customer cares.</summary>
sealed record MenuItem(
    string ItemId, string BrandId, bool Available, long Portions, IReadOnlyList<MenuModifier>? Modifiers)
{
    public bool CanBeOrdered => Available && Portions > 0;
}

sealed record MenuModifier(string ItemId, bool Available);
