using System.ComponentModel;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/v1/orders").WithTags("Orders");
        orders.MapPost("", Place)
            .Allow(Admin | Channel | Customer, Own, Priority.Normal)
            .Describe("placeOrder", "Place an order",
                "Prices it from the kitchen's menu and deducts what it takes from the stock, all or nothing.")
            .RequiresIdempotencyKey()
            .ResponseHeader("Location", always: true, 201)
            .ResponseHeader("ETag", always: true, 200, 201)
            .Response<OrderView>(201, "Placed; or placed before under this key, with Idempotency-Replayed: true.")
            .Response<OrderView>(200, "The channel placed this order before, with the same external reference and "
                + "content: the order as it is now.")
            .Problem(409, "out_of_stock", "item_unavailable", "kitchen_paused", "total_changed",
                "too_many_open_orders", "reference_in_use");
        orders.MapGet("", List)
            .Allow(Anyone, Own, Priority.Low)
            .Describe("listOrders", "List orders", "Newest first. A page looks at a bounded number of orders, so that "
                + "a filter that few pass gives short pages with a cursor to go on from.")
            .QueryParameter("kitchenId", "Orders of this kitchen.")
            .QueryParameter("brandId", "Orders of this brand.")
            .QueryParameter("status", "Orders in these statuses, separated by commas.")
            .QueryParameter("channel", "Orders that came over this channel.")
            .QueryParameter("customerId", "Orders of this customer, by the channel's own id.")
            .QueryParameter("externalReference", "The order that a channel calls so.")
            .QueryParameter("placedFrom", "Orders placed at this time (RFC 3339) or later.")
            .QueryParameter("placedTo", "Orders placed before this time.")
            .Paginated()
            .Response<Page<OrderView>>(200, "A page of orders, each as it would be answered alone.");
        orders.MapGet("{id}", Get)
            .Allow(Anyone, Own)
            .Describe("getOrder", "Read an order", "The ETag is the order's version.")
            .RequestHeader("If-None-Match", "The ETag of what you have: 304 when it is still good.")
            .ResponseHeader("ETag", always: true, 200, 304)
            .Response<OrderView>(200, "The order.")
            .Response(304, "What you have is still good.")
            .Problem(404, "not_found");
        orders.MapPut("{id}/status", Move)
            .Allow(Anyone, Own)
            .Describe("changeOrderStatus", "Move an order on, or cancel it",
                "Forward only; accepted and ready may be stepped over. Asking for the status that the order has "
                + "changes nothing. Cancelling returns the stock up to preparing and books it as waste from ready on. "
                + "Only the kitchen, its managers and administrators may choose otherwise with 'stock'; from any other "
                + "role it is 422 not_yours.")
            .RequestHeader("If-Match", "One or more ETags. Returns 412 if the order's version is none of them.")
            .ResponseHeader("ETag", always: true, 200)
            .Response<OrderView>(200, "The order as it is now.")
            .Problem(404, "not_found")
            .Problem(409, "illegal_move")
            .Problem(412, "stale_version");
    }

    static async Task<IResult> Place(
        PlaceOrderRequest body, HttpContext context, CommitPipeline pipeline, IOptions<LimitOptions> limits)
    {
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, OrdersJson.Strict.PlaceOrderRequest);
        var order = body.ToCommand(caller, key, fingerprint) with
        {
            OpenOrdersMax = caller.Role == Role.Customer ? limits.Value.OpenOrdersPerCustomer : null,
        };
        return await pipeline.Submit(order, context) switch
        {
            Outcome.OfOrder placed => OrderResult.Placed(placed, caller),
            var other => other.ToProblem(),
        };
    }

    static async Task<IResult> List(HttpContext context, Database database, ScanCursors cursors)
    {
        await cursors.Ready(context.RequestAborted);
        var query = new Query(context);
        var filter = new OrderFilter(
            query.Slug("kitchenId"), query.Slug("brandId"), query.Words<OrderStatus>("status"), query.Slug("channel"),
            query.Text("customerId"), query.Text("externalReference"), query.Time("placedFrom"),
            query.Time("placedTo"));
        var limit = query.Limit;
        var before = query.Cursor(cursors.Open);
        if (filter.PlacedFrom > filter.PlacedTo)
            query.Refuse("placedTo", "out_of_range", "expected a time after placedFrom");
        if (query.Problem is { } bad) return bad;
        var caller = context.Caller();
        var page = await OrderQueries.List(
            database, Scope.Of(caller), filter, before is null ? null : Guid.ParseExact(before, "N"), limit,
            cursors, context.RequestAborted);
        return new OrderListResult(page, caller);
    }

    static async Task<IResult> Get(
        [Description("The order's id.")] string id, HttpContext context, Database database)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        var caller = context.Caller();
        var document = await OrderQueries.Find(database, Scope.Of(caller), orderId, context.RequestAborted);
        return document is null ? Problems.NotFound : new OrderResult(document, caller, 200);
    }

    static async Task<IResult> Move(
        [Description("The order's id.")] string id, ChangeStatusRequest body, HttpContext context,
        CommitPipeline pipeline)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (!Preconditions.TryRead(context, out var version))
            return Problems.BadParameter("If-Match", "must be '*' or ETags in quotes, such as \"2\"");
        if (body.Misplaced() is { Count: > 0 } faults) return Problems.Of(new Refusal.Invalid(faults));
        var caller = context.Caller();
        if (body.Status == OrderStatus.Cancelled && caller.Role is Role.Admin or Role.Manager or Role.Kitchen)
            context.SetPrivileged();
        Command command = body.Status == OrderStatus.Cancelled
            ? new CancelOrder(orderId, version, body.Reason, body.Stock) { Caller = caller }
            : new ChangeStatus(orderId, body.Status, version, body.CourierId) { Caller = caller };
        return await pipeline.Submit(command, context) switch
        {
            Outcome.OfOrder order => new OrderResult(order.Document, caller, 200),
            var other => other.ToProblem(),
        };
    }
}
