using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Notifications;

static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/orders/{id}/notifications", ListOrderNotifications).WithTags("Orders")
            .Allow(Admin | Manager | Channel, Own)
            .Describe("listOrderNotifications", "List an order's notifications",
                "One message to the customer per status, with its outcome. Customers who did not consent get none.")
            .Response<NotificationList>(200, "The messages, in the order of the statuses.")
            .Problem(404, "not_found");
        var address = app.MapGroup("/v1/kitchens/{kitchenId}/alert-address").WithTags("Kitchens");
        address.MapGet("", GetAlertAddress)
            .Allow(Admin | Manager, KitchenInPath)
            .Describe("getAlertAddress", "Get a kitchen's alert address",
                "The e-mail address that receives the kitchen's low-stock alerts.")
            .Response<AlertAddress>(200, "The address.")
            .Problem(404, "not_found");
        address.MapPut("", PutAlertAddress)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("putAlertAddress", "Set a kitchen's alert address",
                "Ingredients that run low or out are reported by e-mail, all in one message, at most every 5 minutes.")
            .Response<AlertAddress>(200, "The updated address.")
            .Problem(404, "not_found")
            .Problem(422, "validation_failed");
        address.MapDelete("", DeleteAlertAddress)
            .Allow(Admin | Manager, KitchenInPath).Audit()
            .Describe("deleteAlertAddress", "Remove a kitchen's alert address",
                "Stops low-stock alerts and drops pending ones. Also succeeds if there was no address.")
            .Response(204, "Removed.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> ListOrderNotifications(
        [Description("The order's id.")] string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        return await NotificationQueries.ListForOrder(
            database, Scope.Of(context.Caller()), orderId, context.RequestAborted) is { } list
            ? TypedResults.Json(list, NotificationsJson.Strict.NotificationList)
            : Problems.NotFound;
    }

    static async Task<IResult> GetAlertAddress(string kitchenId, HttpContext context, Database database) =>
        await AlertAddresses.Of(database, kitchenId, context.RequestAborted) is { } email
            ? TypedResults.Json(new AlertAddress(email), NotificationsJson.Strict.AlertAddress)
            : Problems.NotFound;

    static async Task<IResult> PutAlertAddress(
        string kitchenId, AlertAddress body, HttpContext context, Database database)
    {
        var faults = new Faults();
        faults.Email("/email", body.Email, PlaceOrderLimits.EmailMax);
        if (Problems.Of(faults) is { } invalid) return invalid;
        return await AlertAddresses.Set(database, kitchenId, body.Email, context.RequestAborted)
            ? TypedResults.Json(body, NotificationsJson.Strict.AlertAddress)
            : Problems.NotFound;
    }

    static async Task<IResult> DeleteAlertAddress(string kitchenId, HttpContext context, Database database)
    {
        await AlertAddresses.Remove(database, kitchenId, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
