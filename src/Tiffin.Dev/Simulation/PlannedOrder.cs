namespace Tiffin.Dev.Simulation;

/// <summary>An order to place, and the steps that are planned for it.</summary>
sealed record PlannedOrder(OrderRequest Request, IReadOnlyList<PlannedStep> Steps);

/// <summary>A change of an order: actor, path below the order, body, and delay after the previous step.</summary>
/// <param name="Code">The code that the actor enters, if the kitchen uses codes.</param>
sealed record PlannedStep(
    Actor Actor, string Path, StepRequest Body, TimeSpan After, Handover Code = Handover.None)
{
    /// <summary>The id of the simulated courier.</summary>
    public const string CourierId = "courier-2";

    public static PlannedStep SetStatus(Actor actor, string status, TimeSpan after, int? prepMinutes = null) =>
        new(actor, "status", new StepRequest(status, prepMinutes), after);

    public static PlannedStep FinishLine(int line, TimeSpan after) =>
        new(Actor.Kitchen, "progress", new StepRequest(Lines: [line], To: "done"), after);

    public static PlannedStep TakeOrder(string name, TimeSpan after) =>
        new(Actor.Courier, "courier", new StepRequest(CourierId: CourierId, Name: name), after);

    public static PlannedStep RecordArrival(string where, TimeSpan after) =>
        new(Actor.Courier, "courier/arrival", new StepRequest(Where: where), after);
}

/// <summary>What a hand-over code proves.</summary>
enum Handover
{
    None,
    Collection,
    Delivery,
}

/// <summary>The body of a change; which members it has depends on the path.</summary>
sealed record StepRequest(
    string? Status = null, int? PrepMinutes = null, IReadOnlyList<int>? Lines = null, string? To = null,
    string? CourierId = null, string? Name = null, string? Where = null, string? Code = null);

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
