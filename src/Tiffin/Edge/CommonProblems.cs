using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>Pages of problems that belong to no feature: HTTP, authentication and limits, commands, server.</summary>
static class CommonProblems
{
    static readonly DateTimeOffset until = new(2026, 1, 31, 18, 30, 0, TimeSpan.Zero);

    public static IEnumerable<ProblemPage> All =>
        [.. OfHttp(), .. OfCallers(), .. OfCommands(), .. HandoverProblems.Pages, .. OfTheServer()];

    static IEnumerable<ProblemPage> OfHttp() =>
    [
        new(Problems.Malformed(new Fault("/lines/0/quantity", "malformed", "expected an integer")),
            "The body or a parameter cannot be parsed: a property is missing, unknown, repeated or of the wrong type.",
            "Correct what 'errors' lists: each key is a JSON pointer into the body, or names a parameter or header."),
        new(IdempotencyKey.Missing,
            "The operation creates something, so a repeated request must be recognizable, but it has no key.",
            "Send a fresh random value, such as a UUID, in Idempotency-Key, and the same one with each retry."),
        new(IdempotencyKey.Invalid, "The key is empty, longer than 255 characters, or has non-printable characters.",
            "Use 1 to 255 printable ASCII characters; a UUID is a good choice."),
        new(Problems.NotFound,
            "There is no such resource, or it belongs to another kitchen, channel, courier or customer than yours.",
            "Check the id and the credentials. Both cases look the same on purpose."),
        new(ErrorPages.OfStatus(405), "The path exists, but not with this method.", "Use a method listed in Allow."),
        new(ErrorPages.OfStatus(408), "The request's headers or body arrived too slowly.",
            "Send the whole request without pauses; look for a slow proxy or connection."),
        new(ErrorPages.OfStatus(413), "The body is larger than 64 KiB.", "Split it into several requests."),
        new(ErrorPages.OfStatus(415), "The body is not declared as JSON.", "Send Content-Type: application/json."),
    ];

    static IEnumerable<ProblemPage> OfCallers() =>
    [
        new(Problems.Unauthenticated,
            "The credentials are missing, malformed, expired, revoked or unknown. The response does not say which.",
            "Send one header Authorization: Bearer with a valid API key or token, or sign in again."),
        new(Problems.Forbidden, "The credentials are valid, but their role does not permit the operation.",
            "Use credentials of a role that the operation lists in docs/api/permissions.md."),
        new(Problems.ForeignOrigin, "A browser sent the request from an origin that is not allowed.",
            "Add the origin to Access:AllowedOrigins if it is yours."),
        new(Problems.AntiforgeryMissing,
            "The session cookie alone does not authenticate a change: browsers attach it to forged requests too.",
            "Read antiforgeryToken with GET /v1/session and send it in the header that 'detail' names."),
        new(Problems.TooMany(4, "Your rate limit is exceeded; RateLimit-Policy lists your limits."),
            "The caller, or its address, has used up its rate limit.",
            "Wait for the seconds in Retry-After. Read RateLimit on each response to stay below the limit."),
        new(Problems.TooManyAtOnce(20), "The caller has reached its limit of requests in flight.",
            "Wait for a response before sending the next request."),
        new(Problems.TooManyStreams(10), "The caller has reached its limit of open event streams.",
            "Close a stream, or read several kitchens in one stream."),
        new(Problems.IssuerAway, "The OpenID Connect issuer cannot be reached, so tokens cannot be verified.",
            "Retry after the seconds in Retry-After. API keys still work."),
    ];

    static IEnumerable<ProblemPage> OfCommands() =>
    [
        new(Problems.InProgress, "A request with the same Idempotency-Key has not finished yet.",
            "Repeat it after the seconds in Retry-After to get its response."),
        new(Problems.Of(new Refusal.KeyReused()),
            "The Idempotency-Key was used for a request with another body or path.",
            "Use a new key for each new request; keep a key only for retries of the same request."),
        new(Problems.Of(new Refusal.Invalid("/lines/0/quantity", "out_of_range", "must be 1 to 999, is 1000")),
            "The request is well-formed, but its values break a rule.", "Correct what 'errors' lists."),
        new(Problems.Of(new Refusal.OutOfStock([new(0, "masala", 2, [new("rice", "g", 400, 250)])])),
            "The kitchen's stock does not cover every line. Nothing was deducted.",
            "Offer the customer the portions that 'lines' says are left, or remove the line."),
        new(Problems.Of(new Refusal.ItemUnavailable("masala", "/lines/0/itemId", until)),
            "The kitchen has marked the item or modifier at 'pointer' as unavailable.",
            "Remove it, or retry after 'until'. The kitchen's menu shows availability."),
        new(Problems.Of(new Refusal.KitchenPaused(until)), "The kitchen accepts no new orders for now.",
            "Choose another kitchen, or retry after 'until'."),
        new(Problems.Of(new Refusal.TotalChanged(
                new Totals(new(27_000, "INR"), new(1_350, "INR"), new(0, "INR"), new(28_350, "INR")))),
            "A price changed between showing the menu and placing the order.",
            "Show 'total' to the customer, then place the order with it as expectedTotal."),
        new(Problems.Of(new Refusal.TooManyOpenOrders(10)), "The customer has reached the limit of open orders.",
            "Wait until one is delivered, or cancel one."),
        new(Problems.Of(new Refusal.ReferenceInUse(Guid.Parse("01990a4e-7c00-7b3a-9f21-5d0000000001"))),
            "Another order of the channel has the same externalReference and other content.",
            "Read the order in 'orderId'. Use each reference for one order only."),
        new(Problems.Of(new Refusal.IllegalMove(
                OrderStatus.Preparing, OrderStatus.Accepted, [OrderStatus.Ready, OrderStatus.Cancelled])),
            "The status change is not possible from the current status, or your role does not permit it.",
            "Choose one of 'allowedStatuses'; an empty list means that your role can change nothing now."),
        new(Problems.Of(new Refusal.OrderFinished(OrderStatus.Ready)),
            "The order is ready, on its way, delivered or cancelled, and the request makes sense only before.",
            "Read the order again: its status says what is still possible."),
        new(Problems.Of(new Refusal.PromiseMovedTooOften(3)),
            "The kitchen has moved the order's promise to a later time as often as its settings allow.",
            "Call the customer. An administrator can raise promiseMovesMax of the kitchen."),
        new(Problems.Of(new Refusal.TooManyChanges(Order.VersionsMax, Order.VersionsMax)),
            "The order was changed so often that a client seems to repeat a change and its opposite.",
            "Correct the client. The order's status can still be changed."),
        .. OfSchedules(),
        new(Problems.Of(new Refusal.StaleVersion(4)), "The order changed after the version in If-Match was read.",
            "Read the order again, decide again, and send its new ETag."),
        new(Problems.Of(new Refusal.NotEnoughStock("/movements/0/quantity", "rice", 400, 250)),
            "The movement would remove more than is on hand, or the order that is to be released needs more.",
            "Count the ingredient first, or reduce the quantity."),
    ];

    static IEnumerable<ProblemPage> OfSchedules() =>
    [
        new(Problems.Of(new Refusal.KitchenClosed(until)), "The kitchen is closed by its opening hours.",
            "Order after 'opensAt', or place the order for then with fulfilment.at."),
        new(Problems.Of(new Refusal.TooSoon("/fulfilment/at", until)),
            "The time at 'pointer' is earlier than the kitchen can prepare and deliver the order.",
            "Place the order without fulfilment.at to get it as soon as possible, or choose 'earliest' or later."),
        new(Problems.Of(new Refusal.TooFarAhead("/fulfilment/at", until)),
            "The time at 'pointer' is further ahead than the kitchen takes orders for.",
            "Choose a time until 'latest'. An administrator can raise scheduleDaysMax of the kitchen."),
        new(Problems.Of(new Refusal.ClosedThen("/fulfilment/at", until)),
            "The kitchen is closed at the time at 'pointer', by its opening hours.",
            "Choose 'opensAt' or another time within the kitchen's hours."),
        new(Problems.Of(new Refusal.NotScheduled()), "The order has no schedule that could be changed.",
            "Cancel the order, or promise another time with PUT /v1/orders/{id}/promise."),
        new(Problems.Of(new Refusal.NotReleased(until)),
            "The order is wanted later, so its preparation may not start and its promise cannot be moved yet.",
            "Wait for order.released, or release it now with PUT /v1/orders/{id}/schedule."),
        new(Problems.Of(new Refusal.AlreadyReleased(until)),
            "A scheduled order can be moved only until it is released.",
            "The kitchen can promise another time with PUT /v1/orders/{id}/promise."),
        new(Problems.Of(new Refusal.TooLateToReschedule(until)),
            "Customers may reschedule an order only until some time before its release.",
            "Ask the channel or the kitchen's manager to reschedule it."),
    ];

    static IEnumerable<ProblemPage> OfTheServer() =>
    [
        new(Problems.Of(Unavailability.Overloaded),
            "Load shedding: the queue is full, so the server rejects the request instead of letting it wait.",
            "Retry after the seconds in Retry-After, with backoff and the same Idempotency-Key."),
        new(Problems.Of(Unavailability.Late), "The deadline passed before the outcome was known.",
            "Repeat the request with the same Idempotency-Key: the response has the outcome."),
        new(Problems.Of(Unavailability.Unknown),
            "The database committed the change, but did not confirm that a standby has it. A failover may lose it.",
            "Repeat the request with the same Idempotency-Key until it succeeds or is refused."),
        new(Problems.Of(Unavailability.DatabaseAway), "The node cannot reach a database that accepts writes.",
            "Retry after the seconds in Retry-After. Operators: see the runbook in docs/operate/runbook.md."),
        new(Problems.Of(Unavailability.ShuttingDown), "The node is stopping and accepts no new work.",
            "Retry: the load balancer sends the request to another node."),
        new(Problems.Of(Unavailability.Failed), "A defect. Nothing was changed.",
            "Report 'traceId': it finds the cause in the server's log."),
    ];
}
