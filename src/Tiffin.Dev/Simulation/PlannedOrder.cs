namespace Tiffin.Dev.Simulation;

/// <summary>An order and everything that will happen to it, before any of it has.</summary>
sealed record PlannedOrder(OrderRequest Request, IReadOnlyList<PlannedStep> Steps);

/// <summary>One move of an order: by whom, to which status, how long after the step before.</summary>
readonly record struct PlannedStep(Actor Actor, string Status, TimeSpan After);

/// <summary>Who speaks to the API; each may have a key of its own.</summary>
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

sealed record OrderFulfilment(string Type, string? Address);

sealed record OrderLine(string ItemId, int Quantity, IReadOnlyList<OrderModifier>? Modifiers);

sealed record OrderModifier(string ItemId, int Quantity);
