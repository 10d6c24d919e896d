using System.Globalization;
using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Storage;

namespace Tiffin.Http.Orders;

static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/v1/orders");
        orders.MapPost("", Place);
        orders.MapGet("{id}", Get);
        orders.MapPut("{id}/status", Move);
    }

    static async Task<IResult> Place(PlaceOrderRequest body, HttpContext context, CommitPipeline pipeline)
    {
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, HttpJson.Default.PlaceOrderRequest);
        return await pipeline.Submit(body.ToCommand(caller, key, fingerprint)) switch
        {
            Outcome.OfOrder order => OrderResult.Placed(order, caller.Role),
            var other => other.ToProblem(),
        };
    }

    static async Task<IResult> Get(string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        var document = await OrderQueries.Find(database, orderId, context.RequestAborted);
        return document is null ? Problems.NotFound : new OrderResult(document, context.Caller().Role, 200);
    }

    static async Task<IResult> Move(string id, ChangeStatusRequest body, HttpContext context, CommitPipeline pipeline)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (!IfMatch(context, out var version)) return Problems.Of(new Refusal.StaleVersion(0));
        var caller = context.Caller();
        Command command = body.Status == OrderStatus.Cancelled
            ? new CancelOrder(orderId, version, body.Reason, body.Stock) { Caller = caller }
            : new ChangeStatus(orderId, body.Status, version, body.CourierId) { Caller = caller };
        return await pipeline.Submit(command) switch
        {
            Outcome.OfOrder order => new OrderResult(order.Document, caller.Role, 200),
            var other => other.ToProblem(),
        };
    }

    /// <summary>The version that the caller saw; false for a header that no version of ours could have made.</summary>
    static bool IfMatch(HttpContext context, out int? version)
    {
        version = null;
        var header = context.Request.Headers.IfMatch.ToString();
        if (header is "" or "*") return true;
        var valid = int.TryParse(header.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
        version = seen;
        return valid;
    }
}
