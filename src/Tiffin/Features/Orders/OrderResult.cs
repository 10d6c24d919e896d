using System.Globalization;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Orders;

/// <summary>Responds with an order: 201 if it was just placed or is replayed by key, else 200.</summary>
sealed class OrderResult(OrderDocument document, Caller viewer, int status, bool replayed = false) : IResult
{
    public static OrderResult Placed(Outcome.OfOrder outcome, Caller viewer) => new(
        outcome.Document, viewer, outcome.Effect == Effect.Unchanged ? 200 : 201, outcome.Effect == Effect.Replayed);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{document.Order.Version}\"");
        response.Headers.ETag = etag;
        // An erasure does not change the version, but the client must learn of it.
        if (document.Contact != ContactTable.Erased && httpContext.Request.IsNotModified(etag))
        {
            response.StatusCode = 304;
            return;
        }
        response.StatusCode = status;
        if (status == 201) response.Headers.Location = $"/v1/orders/{document.Order.Id}";
        if (replayed) IdempotencyKey.MarkReplayed(response);
        using var body = JsonBuffer.Rent();
        OrderJson.Write(body.Json, document, viewer, Secrets(httpContext));
        await response.WriteBytes("application/json", body.Written, httpContext.RequestAborted);
    }

    OrderSecrets Secrets(HttpContext context)
    {
        var (order, codes) = (document.Order, context.RequestServices.GetRequiredService<HandoverSecrets>());
        return new OrderSecrets(TrackingUrl(context, order, viewer),
            Code(HandoverUse.Collection), Code(HandoverUse.Delivery),
            StaffNames(context, viewer));

        string? Code(HandoverUse use) => Handover.ShowsCode(viewer, order, use) ? codes.Code(order.Id, use) : null;
    }

    /// <summary>
    /// Null for kitchens and couriers: the tracking page shows the delivery code, which proves a customer's identity to
    /// them.
    /// </summary>
    public static string? TrackingUrl(HttpContext context, Order order, Caller viewer) =>
        viewer.Role is Role.Kitchen or Role.Courier
            ? null
            : context.RequestServices.GetRequiredService<TrackingTokens>().Url(order.Id, context.Request);

    public static Func<string, string>? StaffNames(HttpContext context, Caller viewer) =>
        context.RequestServices.GetRequiredService<KeyRing>().NamesFor(viewer);
}

sealed class OrderListResult(Page<OrderDocument> page, Caller viewer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var body = JsonBuffer.Rent();
        body.Json.WriteStartObject();
        body.Json.WriteStartArray("data"u8);
        var names = OrderResult.StaffNames(httpContext, viewer);
        foreach (var document in page.Data)
            OrderJson.Write(body.Json, document, viewer,
                new OrderSecrets(OrderResult.TrackingUrl(httpContext, document.Order, viewer), NameOf: names));
        body.Json.WriteEndArray();
        body.Json.WriteString("nextCursor"u8, page.NextCursor);
        body.Json.WriteEndObject();
        await httpContext.Response.WriteBytes("application/json", body.Written, httpContext.RequestAborted);
    }
}
