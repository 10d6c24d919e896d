using System.Net.Mail;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Storage;

namespace Tiffin.Http.Notifications;

static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/orders/{id}/notifications", OfOrder);
        var address = app.MapGroup("/v1/kitchens/{kitchen}/alert-address");
        address.MapGet("", Get);
        address.MapPut("", Put);
        address.MapDelete("", Delete);
    }

    static async Task<IResult> OfOrder(string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        return await NotificationQueries.OfOrder(database, orderId, context.RequestAborted) is { } list
            ? TypedResults.Json(list, HttpJson.Default.NotificationList)
            : Problems.NotFound;
    }

    static async Task<IResult> Get(string kitchen, HttpContext context, Database database) =>
        await NotificationQueries.AlertAddress(database, kitchen, context.RequestAborted) is { } email
            ? TypedResults.Json(new AlertAddress(email), HttpJson.Default.AlertAddress)
            : Problems.NotFound;

    static async Task<IResult> Put(string kitchen, AlertAddress body, HttpContext context, Database database)
    {
        if (body.Email.Length > PlaceOrderLimits.EmailMax
            || !MailAddress.TryCreate(body.Email, out var parsed) || parsed.Address != body.Email)
            return Problems.Of(new Refusal.Invalid(
                [new Fault("/email", "not_an_address", "expected an e-mail address")]));
        return await NotificationQueries.SetAlertAddress(database, kitchen, body.Email, context.RequestAborted)
            ? TypedResults.Json(body, HttpJson.Default.AlertAddress)
            : Problems.NotFound;
    }

    static async Task<IResult> Delete(string kitchen, HttpContext context, Database database)
    {
        await NotificationQueries.RemoveAlertAddress(database, kitchen, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
