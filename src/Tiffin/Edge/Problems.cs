using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>
/// Maps every refusal and every kind of unavailability to its problem (RFC 9457). The refusals of a family are rows of
/// one file, each with its page.
/// </summary>
static class Problems
{
    public static readonly Problem NotFound =
        new(404, "not_found", "Not found", "The resource does not exist, or is not visible to you.");

    // The same response for all invalid credentials: it must not reveal which part was right.
    public static readonly Problem Unauthenticated = new(401, "unauthenticated", "Authentication required",
        "Send one Authorization header with the scheme Bearer and a valid API key or token.");

    public static readonly Problem Forbidden =
        new(403, "forbidden", "Forbidden", "Your role does not permit this operation.");

    public static readonly Problem ForeignOrigin =
        new(403, "foreign_origin", "Origin not allowed", "Requests from that origin are not accepted.");

    public static readonly Problem AntiforgeryMissing = new(
        403, "antiforgery_missing", "Missing or invalid anti-forgery token",
        $"A change that is authenticated by the session cookie needs the header {Sessions.AntiforgeryHeader}. "
        + "GET /v1/session returns its value.");

    public static readonly Problem InProgress = new(409, "request_in_progress", "Request in progress",
        "A request with this Idempotency-Key is still being processed. Send it again in a moment for its response.")
    {
        RetryAfter = 1,
    };

    public static readonly Problem IssuerAway = new(503, "issuer_away", "Token issuer unavailable",
        "The OpenID Connect issuer does not respond, so no token can be verified. Retry, or use an API key.")
    {
        RetryAfter = 5,
    };

    public static IReadOnlyList<RefusalRow> Refusals { get; } =
        [.. PlacingProblems.Rows, .. ScheduleProblems.Rows, .. ChangeProblems.Rows, .. HandoverProblems.Rows];

    static readonly Dictionary<Type, RefusalRow> rows = Refusals.ToDictionary(row => row.Kind);

    public static Problem TooManyRequests(int seconds, string detail) =>
        new(429, "too_many_requests", "Too many requests", detail) { RetryAfter = seconds };

    public static Problem TooManyConcurrentRequests(int max) =>
        new(429, "too_many_concurrent_requests", "Too many concurrent requests",
            $"{max} request{(max == 1 ? "" : "s")} in flight is the limit for this caller. "
            + "Wait for a response before you send the next one.")
        {
            RetryAfter = 1,
        };

    public static Problem TooManyStreams(int max) =>
        new(429, "too_many_streams", "Too many open streams",
            $"{max} open stream{(max == 1 ? " is" : "s are")} the limit for this caller. Close one first.")
        {
            RetryAfter = 1,
        };

    public static Problem Malformed(params IReadOnlyList<Fault> faults) =>
        new(400, "malformed_request", "Malformed request", $"{faults[0].Pointer} {faults[0].Message}".Trim())
        {
            Faults = faults,
        };

    /// <summary>An invalid parameter at a <paramref name="pointer"/> such as <c>/query/after</c>.</summary>
    public static Problem BadParameter(string pointer, string expected) =>
        Malformed(new Fault(pointer, "bad_parameter", expected));

    public static Problem Of(Refusal refusal) => refusal switch
    {
        Refusal.Invalid invalid => new(422, "validation_failed", "Validation failed",
            $"The request has {invalid.Faults.Count} error{(invalid.Faults.Count == 1 ? "" : "s")}; "
            + "'errors' lists each with its location.") { Faults = invalid.Faults },
        Refusal.KeyReused => new(422, "idempotency_key_reused", "Idempotency key reused",
            "This Idempotency-Key was already used with a different request. Use a new key for a new request."),
        Refusal.OrderNotFound => NotFound,
        Refusal.EntryNotFound unknown =>
            NotFound with { Detail = $"There is no {unknown.Kind} with the id '{unknown.Id}'." },
        _ => rows[refusal.GetType()].Problem(refusal),
    };

    /// <summary>Null if there are none.</summary>
    public static Problem? Of(Faults faults) => faults.All.Count > 0 ? Of(new Refusal.Invalid(faults.All)) : null;

    public static Problem Of(Unavailability why) => why switch
    {
        Unavailability.Overloaded => Unavailable(why, "Overloaded",
            "The server is shedding load. Nothing was changed. Retry after the delay in Retry-After."),
        Unavailability.Late => Unavailable(why, "Timed out",
            "The request may still be carried out. Repeat it with the same Idempotency-Key to learn the outcome."),
        Unavailability.Unknown => Unavailable(why, "Outcome unknown",
            "The change was committed, but a failover may lose it. Repeat it with the same Idempotency-Key."),
        Unavailability.DatabaseAway => Unavailable(why, "Database unavailable",
            "Nothing was changed. Retry after the delay in Retry-After."),
        Unavailability.ShuttingDown => Unavailable(why, "Shutting down",
            "This node is shutting down. Nothing was changed. Retry; another node will answer."),
        _ => new(500, Unavailability.Failed.Code(), "Internal error",
            "Nothing was changed. The server has logged the cause."),
    };

    static Problem Unavailable(Unavailability why, string title, string detail) =>
        new(503, why.Code(), title, detail) { RetryAfter = 1 + Random.Shared.Next(3) };
}
