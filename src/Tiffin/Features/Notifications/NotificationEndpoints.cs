using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Notifications;

static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/orders/{id}/notifications", OfOrder).WithTags("Orders")
            .Allow(Admin | Manager | Channel, Own)
            .Describe("listOrderNotifications", "What the customer was told",
                "A message per status, with what became of it. Only customers who agreed are told anything.")
            .Response<NotificationList>(200, "The messages, as the order went on.")
            .Problem(404, "not_found");
        var address = app.MapGroup("/v1/kitchens/{kitchenId}/alert-address").WithTags("Kitchens");
        address.MapGet("", Get)
            .Allow(Admin | Manager, KitchenInPath)
            .Describe("getAlertAddress", "Where a kitchen hears of its stock", "An e-mail address.")
            .Response<AlertAddress>(200, "The address.")
            .Problem(404, "not_found");
        address.MapPut("", Put)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("putAlertAddress", "Say where a kitchen hears of its stock",
                "What runs low or out is told in one message, at most one in five minutes.")
            .Response<AlertAddress>(200, "The address as it is now.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");
        address.MapDelete("", Delete)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("deleteAlertAddress", "Tell a kitchen nothing of its stock", "Also when it was told nothing.")
            .Response(204, "There is no address now.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> OfOrder(
        [Description("The order's id.")] string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        return await NotificationQueries.OfOrder(
            database, Scope.Of(context.Caller()), orderId, context.RequestAborted) is { } list
            ? TypedResults.Json(list, NotificationsJson.Strict.NotificationList)
            : Problems.NotFound;
    }

    static async Task<IResult> Get(string kitchenId, HttpContext context, Database database) =>
        await AlertAddresses.Of(database, kitchenId, context.RequestAborted) is { } email
            ? TypedResults.Json(new AlertAddress(email), NotificationsJson.Strict.AlertAddress)
            : Problems.NotFound;

    static async Task<IResult> Put(string kitchenId, AlertAddress body, HttpContext context, Database database)
    {
        var faults = new Faults();
        faults.Email("/email", body.Email, PlaceOrderLimits.EmailMax);
        if (faults.All.Count > 0) return Problems.Of(new Refusal.Invalid(faults.All));
        return await AlertAddresses.Set(database, kitchenId, body.Email, context.RequestAborted)
            ? TypedResults.Json(body, NotificationsJson.Strict.AlertAddress)
            : Problems.NotFound;
    }

    static async Task<IResult> Delete(string kitchenId, HttpContext context, Database database)
    {
        await AlertAddresses.Remove(database, kitchenId, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
