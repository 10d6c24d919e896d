using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Diagnostics;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Orders;

static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/v1/orders").WithTags("Orders");
        MapPlacing(orders);
        orders.MapGet("", List)
            .Allow(Anyone, Own, Priority.Low)
            .Describe("listOrders", "List orders", "Newest first: orders that are placed while you page do not appear "
                + "on later pages. A page scans a bounded number of orders, so a selective filter can "
                + "return short or empty pages; continue until nextCursor is null.")
            .QueryParameter("kitchenId", "Only this kitchen.")
            .QueryParameter("brandId", "Only this brand.")
            .QueryParameter("status", "Comma-separated statuses.")
            .QueryParameter("channel", "Only this channel.")
            .QueryParameter("customerId", "Only this customer, by the channel's customer id.")
            .QueryParameter("externalReference", "Only the orders with this external reference.")
            .QueryParameter("placedFrom", "Orders placed at or after this time (RFC 3339).")
            .QueryParameter("placedTo", "Orders placed before this time (RFC 3339).")
            .Paginated()
            .Response<Page<OrderView>>(200, "A page of orders, in the same form as a single order.");
        orders.MapGet("{id}", Get)
            .Allow(Anyone, Own)
            .Describe("getOrder", "Get an order", "The ETag is the order's version.")
            .QueryParameter("version", "The order as it was at this version, from 1.", Bounds.Number(1, int.MaxValue))
            .Conditional()
            .Response<OrderView>(200, "The order.")
            .Problem(404, "not_found");
        orders.MapPut("{id}/status", SetStatus)
            .Allow(Anyone, Own)
            .Describe("changeOrderStatus", "Change an order's status, or cancel it",
                "Statuses only move forward; accepted and ready may be skipped. Setting the current status changes "
                + "nothing. Cancelling returns the ingredients to stock up to preparing (with progress: those of lines "
                + "that wait), and records the others as waste. Only kitchen staff, managers and administrators may "
                + "override this with 'stock'; for other roles the response is 422 not_yours. If the order has "
                + "handoverCodes, the kitchen enters the collection code that the courier says, and the courier enters "
                + "the delivery code that the customer says. Managers and administrators hand over without a code with "
                + "'override'.")
            .ChangesOrder()
            .Problem(409, "illegal_move", "not_released", "not_a_delivery")
            .Problem(422, "wrong_code", "code_locked");
    }

    static void MapPlacing(RouteGroupBuilder orders) =>
        orders.MapPost("", Place)
            .Allow(Admin | Channel | Customer, Own, Priority.Normal)
            .Describe("placeOrder", "Place an order",
                "Prices the order from the kitchen's menu and deducts its ingredients from stock, all or nothing. "
                + "With fulfilment.at the order is scheduled: the kitchen is asked to accept it now, and it is "
                + "released for preparation so that it is ready in time. The ingredients of an order for a later "
                + "business day are deducted when that day starts; order.short is published if they do not suffice.")
            .WithMetadata(new PlacesOrders())
            .RequiresIdempotencyKey()
            .ResponseHeader("Location", always: true, 201)
            .ResponseHeader("ETag", always: true, 200, 201)
            .Response<OrderView>(201,
                "Placed. A retry with the same key returns the first response, with Idempotency-Replayed: true.")
            .Response<OrderView>(200, "The channel has already placed this order (same external reference and "
                + "content): the current order.")
            .Problem(409, "out_of_stock", "item_unavailable", "kitchen_paused", "total_changed",
                "too_many_open_orders", "reference_in_use", "closed")
            .Problem(422, "too_soon", "too_far_ahead", "closed_then");

    static async Task<IResult> Place(
        PlaceOrderRequest body, HttpContext context, CommitPipeline pipeline, IOptions<LimitOptions> limits,
        TimeProvider clock)
    {
        var caller = context.Caller();
        if (IdempotencyKey.Read(context, caller, out var key) is { } missing) return missing;
        var fingerprint = IdempotencyKey.Fingerprint(context, body, OrdersJson.Strict.PlaceOrderRequest);
        var order = body.ToCommand(caller, key, fingerprint, clock.GetUtcNow()) with
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
        var query = new Query(context);
        var filter = new OrderFilter(
            query.Slug("kitchenId"), query.Slug("brandId"), query.Words<OrderStatus>("status"), query.Slug("channel"),
            query.Text("customerId"), query.Text("externalReference"), query.Time("placedFrom"),
            query.Time("placedTo"));
        var limit = query.Limit;
        var before = query.Cursor(cursors.Decrypt);
        if (filter.PlacedFrom > filter.PlacedTo)
            query.AddFault("placedTo", "out_of_range", "must be after placedFrom");
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
        var query = new Query(context);
        var version = query.Number("version", 1, int.MaxValue, 0);
        if (query.Problem is { } bad) return bad;
        var caller = context.Caller();
        if (await OrderQueries.Find(database, Scope.Of(caller), orderId, context.RequestAborted) is not { } document)
            return Problems.NotFound;
        if (version > document.Order.Version)
            return Problems.BadParameter("/query/version", $"must be 1 to {document.Order.Version}, is {version}");
        return new OrderResult(version == 0 ? document : document.AsOf(version), caller, 200);
    }

    static Task<IResult> SetStatus(
        [Description("The order's id.")] string id, ChangeStatusRequest body, HttpContext context,
        CommitPipeline pipeline, HandoverSecrets secrets) =>
        Change(id, context, pipeline, (order, version) =>
        {
            var caller = context.Caller();
            if (body.Override is not null
                || (body.Status == OrderStatus.Cancelled && caller.Role is Role.Admin or Role.Manager or Role.Kitchen))
                context.AuditRequest();
            return body.ToCommand(order, version, caller, secrets);
        }, body.CheckProperties());

    /// <summary>Declares what all changes of an order share: If-Match, and the order as the response.</summary>
    public static RouteHandlerBuilder ChangesOrder(this RouteHandlerBuilder endpoint) => endpoint
        .RequestHeader("If-Match", "One or more ETags. Returns 412 if none matches the order's version.")
        .ResponseHeader("ETag", always: true, 200)
        .Response<OrderView>(200, "The updated order.")
        .Problem(400, "malformed_request")
        .Problem(404, "not_found")
        .Problem(412, "stale_version");

    /// <summary>
    /// Changes the order in the path, under the request's preconditions. <paramref name="faults"/> are those of the
    /// body.
    /// </summary>
    public static async Task<IResult> Change(
        string id, HttpContext context, CommitPipeline pipeline, Func<Guid, IfVersion?, Command> command,
        IReadOnlyList<Fault>? faults = null)
    {
        if (!Guid.TryParseExact(id, "D", out var orderId)) return Problems.NotFound;
        if (!IfMatch.TryRead(context, out var condition)) return IfMatch.Malformed;
        if (faults is { Count: > 0 }) return Problems.Of(new Refusal.Invalid(faults));
        var change = command(orderId, ToIfVersion(condition));
        return await pipeline.Submit(change, context) switch
        {
            Outcome.OfOrder order => new OrderResult(order.Document, change.Caller, 200),
            var other => other.ToProblem(),
        };
    }

    static IfVersion? ToIfVersion(IfMatch? condition) =>
        condition?.Tags is { } tags ? new IfVersion([.. tags.Select(ParseVersion).OfType<int>()]) : null;

    // Null for a tag that this server never sends.
    static int? ParseVersion(string tag) =>
        int.TryParse(tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version : null;
}
