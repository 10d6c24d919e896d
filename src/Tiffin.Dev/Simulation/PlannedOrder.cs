namespace Tiffin.Dev.Simulation;

/// <summary>An order to place, and its planned status changes.</summary>
sealed record PlannedOrder(OrderRequest Request, IReadOnlyList<PlannedStep> Steps);

/// <summary>A status change of an order: actor, status, and delay after the previous step.</summary>
readonly record struct PlannedStep(Actor Actor, string Status, TimeSpan After);

/// <summary>Roles in the simulation; each can have its own API key.</summary>
enum Actor
{
    Customer,
    Kitchen,
    Courier,
    Manager,
}

/// <summary>The body of <c>POST /v1/orders</c>.</summary>
sealed record OrderRequest(
    string KitchenId,
    string BrandId,
    string Channel,
    OrderCustomer Customer,
    OrderFulfilment Fulfilment,
    IReadOnlyList<OrderLine> Lines);

sealed record OrderCustomer(string Name, string Phone);

sealed record OrderFulfilment(string Type, OrderAddress? Address);

sealed record OrderAddress(
    string Line1, string? Landmark, string Locality, string City, string Postcode, string Country,
    string? Instructions);

sealed record OrderLine(string ItemId, int Quantity, IReadOnlyList<OrderModifier>? Modifiers);

sealed record OrderModifier(string ItemId, int Quantity);
