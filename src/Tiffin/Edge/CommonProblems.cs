using Tiffin.Domain;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>Pages of problems that belong to no feature: HTTP, authentication and limits, commands, server.</summary>
static class CommonProblems
{
    public static IEnumerable<ProblemPage> All =>
    [
        .. OfHttp(), .. OfCallers(), .. OfCommands(), .. Problems.Refusals.Select(row => row.Page), .. OfTheServer(),
    ];

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
            "Check the id and the credentials. The response is intentionally the same in both cases."),
        new(ErrorResponses.OfStatus(405), "The path exists, but not with this method.",
            "Use a method listed in Allow."),
        new(ErrorResponses.OfStatus(408), "The request's headers or body arrived too slowly.",
            "Send the whole request without pauses; look for a slow proxy or connection."),
        new(ErrorResponses.OfStatus(413), "The body is larger than 64 KiB.", "Split it into several requests."),
        new(ErrorResponses.OfStatus(415),
            "The body is not declared as JSON, or its charset is not supported.",
            "Send Content-Type: application/json, and the body in UTF-8."),
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
        new(Problems.TooManyRequests(4, "Your rate limit is exceeded; RateLimit-Policy lists your limits."),
            "The caller, or its address, has used up its rate limit.",
            "Wait for the delay in Retry-After. Read RateLimit on each response to stay below the limit."),
        new(Problems.TooManyConcurrentRequests(20), "The caller has reached its limit of requests in flight.",
            "Wait for a response before sending the next request."),
        new(Problems.TooManyStreams(10), "The caller has reached its limit of open event streams.",
            "Close a stream, or read several kitchens in one stream."),
        new(Problems.IssuerAway, "The OpenID Connect issuer cannot be reached, so tokens cannot be verified.",
            "Retry after the delay in Retry-After. API keys still work."),
    ];

    static IEnumerable<ProblemPage> OfCommands() =>
    [
        new(Problems.InProgress, "A request with the same Idempotency-Key has not finished yet.",
            "Repeat it after the delay in Retry-After to get its response."),
        new(new Refusal.KeyReused(),
            "The Idempotency-Key was used for a request with another body or path.",
            "Use a new key for each new request; keep a key only for retries of the same request."),
        new(new Refusal.Invalid("/lines/0/quantity", "out_of_range", "must be 1 to 999, is 1000"),
            "The request is well-formed, but its values break a rule.", "Correct what 'errors' lists."),
    ];

    static IEnumerable<ProblemPage> OfTheServer() =>
    [
        new(Problems.Of(Unavailability.Overloaded),
            "Load shedding: the queue is full, so the server rejects the request instead of letting it wait.",
            "Retry after the delay in Retry-After, with backoff and the same Idempotency-Key."),
        new(Problems.Of(Unavailability.Late), "The deadline passed before the outcome was known.",
            "Repeat the request with the same Idempotency-Key: the response has the outcome."),
        new(Problems.Of(Unavailability.Unknown),
            "The database committed the change, but did not confirm that a standby has it. A failover may lose it.",
            "Repeat the request with the same Idempotency-Key until it succeeds or is refused."),
        new(Problems.Of(Unavailability.DatabaseAway), "The node cannot reach a database that accepts writes.",
            "Retry after the delay in Retry-After. Operators: see the runbook in docs/operate/runbook.md."),
        new(Problems.Of(Unavailability.ShuttingDown), "The node is stopping and accepts no new work.",
            "Retry: the load balancer sends the request to another node."),
        new(Problems.Of(Unavailability.Failed), "A defect. Nothing was changed.",
            "Report 'traceId': it identifies the cause in the server's log."),
    ];
}
