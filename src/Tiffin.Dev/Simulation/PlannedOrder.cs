namespace Tiffin.Dev.Simulation;

/// <summary>An order to place, and what is planned to happen to it.</summary>
sealed record PlannedOrder(OrderRequest Request, IReadOnlyList<PlannedStep> Steps);

/// <summary>A change of an order: actor, path below the order, body, and delay after the previous step.</summary>
sealed record PlannedStep(Actor Actor, string Path, StepRequest Body, TimeSpan After)
{
    public static PlannedStep To(Actor actor, string status, TimeSpan after, int? prepMinutes = null) =>
        new(actor, "status", new StepRequest(status, prepMinutes), after);

    public static PlannedStep Done(int line, TimeSpan after) =>
        new(Actor.Kitchen, "progress", new StepRequest(Lines: [line], To: "done"), after);
}

/// <summary>The body of a change; which members it has depends on the path.</summary>
sealed record StepRequest(
    string? Status = null, int? PrepMinutes = null, IReadOnlyList<int>? Lines = null, string? To = null,
    string? CourierId = null, string? Code = null);

/// <summary>Roles in the simulation; each can have its own API key.</summary>
enum Actor
{
    Customer,
    Kitchen,
    Courier,
    Manager,
    Operator,
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

/// <param name="At">When a scheduled order is wanted; null for as soon as possible.</param>
sealed record OrderFulfilment(string Type, OrderAddress? Address, DateTimeOffset? At = null);

sealed record OrderAddress(
    string Line1, string? Landmark, string Locality, string City, string Postcode, string Country,
    string? Instructions);

sealed record OrderLine(string ItemId, int Quantity, IReadOnlyList<OrderModifier>? Modifiers);

sealed record OrderModifier(string ItemId, int Quantity);
