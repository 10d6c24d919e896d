using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class CourierEndpoints
{
    static readonly TimeSpan clockSkewMax = TimeSpan.FromMinutes(5);

    public static void MapCouriers(this IEndpointRouteBuilder app)
    {
        var courier = app.MapGroup("/v1/orders/{id}/courier").WithTags("Orders");
        courier.MapPut("", Assign)
            .Allow(Staff | Courier | Channel, Own)
            .Describe("assignCourier", "Assign a courier to an order",
                "From accepted to ready. Couriers take orders for themselves, and the first one wins; kitchens, "
                + "managers, administrators and the order's channel assign any courier, and replace the assigned one. "
                + "Assigning the same courier again changes nothing.")
            .ChangesOrder()
            .Problem(409, "courier_taken", "wrong_status", "not_a_delivery", "too_many_changes");
        courier.MapDelete("", Unassign)
            .Allow(Staff | Courier | Channel, Own)
            .Describe("unassignCourier", "Give an order back",
                "Removes the courier, so that another one can take the order. Possible until the order is out for "
                + "delivery.")
            .ChangesOrder()
            .Problem(409, "wrong_status", "too_many_changes");
        courier.MapPut("arrival", Arrive)
            .Allow(Staff | Courier | Channel, Own)
            .Describe("recordCourierArrival", "Record that the courier has arrived",
                "At the kitchen until the order is out for delivery, then at the customer. A known arrival changes "
                + "nothing.")
            .ChangesOrder()
            .Problem(409, "no_courier", "wrong_status");
        courier.MapPut("position", ReportPosition)
            .Allow(Courier, Own)
            .Describe("reportCourierPosition", "Report the courier's position",
                "For the assigned courier, until the order is delivered or cancelled. Only the last position is kept; "
                + "the customer sees it while the order is out for delivery. No event contains it.")
            .Response(204, "Kept, or ignored because a newer position is known.")
            .Problem(404, "not_found")
            .Problem(409, "no_courier", "wrong_status")
            .Problem(422, "validation_failed");
    }

    static Task<IResult> Assign(
        [Description("The order's id.")] string id, CourierRequest body, HttpContext context,
        CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline, (order, version) => new AssignCourier(
            order, version, body.CourierId, new CourierContact(body.Name, body.Phone, body.Vehicle), body.PickupAt)
        {
            Caller = context.Caller(),
        });

    static Task<IResult> Unassign(
        [Description("The order's id.")] string id, HttpContext context, CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline, (order, version) =>
            new UnassignCourier(order, version) { Caller = context.Caller() });

    static Task<IResult> Arrive(
        [Description("The order's id.")] string id, ArrivalRequest body, HttpContext context,
        CommitPipeline pipeline) =>
        OrderEndpoints.Change(id, context, pipeline, (order, version) =>
            new RecordArrival(order, version, body.Where) { Caller = context.Caller() });

    // Not a command: nothing depends on it, and the log would grow by one event per courier and second.
    static async Task<IResult> ReportPosition(
        [Description("The order's id.")] string id, PositionRequest body, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (Check(body, database.Clock.Now) is { } invalid) return invalid;
        var caller = context.Caller();
        var document = await OrderQueries.Find(database, Scope.Of(caller), orderId, context.RequestAborted);
        if (document is null) return Problems.NotFound;
        if (document.Order.CourierId is null) return Problems.Of(new Refusal.NoCourier());
        if (document.Order.Status is OrderStatus.Placed or > OrderStatus.OutForDelivery)
            return Problems.Of(new Refusal.WrongStatus(document.Order.Status,
                [OrderStatus.Accepted, OrderStatus.Preparing, OrderStatus.Ready, OrderStatus.OutForDelivery]));
        await using var connection = await database.OpenRequest(context.RequestAborted);
        await CourierPositionTable.Save(
            connection, orderId, caller.Id, new CourierPosition(body.Latitude, body.Longitude, body.At),
            context.RequestAborted);
        return TypedResults.NoContent();
    }

    static Problem? Check(PositionRequest body, DateTimeOffset now)
    {
        var faults = new Faults();
        if (body.Latitude is not (>= -90 and <= 90)) faults.Add("/latitude", "out_of_range", "must be -90 to 90");
        if (body.Longitude is not (>= -180 and <= 180))
            faults.Add("/longitude", "out_of_range", "must be -180 to 180");
        // A position from a clock far ahead would make all later positions look old.
        if (body.At > now + clockSkewMax)
            faults.Add("/at", "in_the_future", $"must not be after {JsonTime.Text(now)}; check the device's clock");
        return Problems.Of(faults);
    }
}

/// <summary>Absent properties stay unchanged if the courier is the same.</summary>
sealed record CourierRequest(
    [property: Description("The courier's id: the subject of their credentials, or the id that the channel uses.")]
    [property: MaxLength(ChangeStatus.CourierIdMax)] string CourierId,
    [property: Description("Personal data: shown while the order is open, and to the customer the given name only.")]
    [property: MaxLength(AssignCourier.NameMax)] string? Name = null,
    [property: Description("E.164, such as +919800000000.")]
    [property: RegularExpression(Faults.PhonePattern), MaxLength(PlaceOrderLimits.PhoneMax)] string? Phone = null,
    [property: Description("What the courier drives, such as bicycle or KA-01-AB-1234.")]
    [property: MaxLength(AssignCourier.VehicleMax)] string? Vehicle = null,
    [property: Description("When the courier will be at the kitchen.")] DateTimeOffset? PickupAt = null);

sealed record ArrivalRequest([property: Description("Where the courier has arrived.")] CourierPlace Where);

/// <summary>Degrees of WGS 84, as a GPS receiver reports them.</summary>
sealed record PositionRequest(
    [property: Range(-90, 90)] double Latitude, [property: Range(-180, 180)] double Longitude,
    [property: Description("When the courier was there. A position older than the known one is ignored.")]
    DateTimeOffset At);
