using Microsoft.OpenApi;

namespace Tiffin.Edge;

/// <summary>Documents an operation where its route is mapped. The group sets the tag.</summary>
static class EndpointMetadata
{
    /// <param name="id">The operationId: the method name in generated clients, and the key of the operation's examples
    /// in the feature's examples file.</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, string id, string summary, string description) =>
        endpoint.WithName(id).WithSummary(summary).WithDescription(description);

    public static RouteHandlerBuilder Response<T>(
        this RouteHandlerBuilder endpoint, int status, string description) =>
        endpoint.Produces<T>(status, "application/json").WithMetadata(new DocumentedResponse(status, description));

    /// <summary>A response without a body.</summary>
    public static RouteHandlerBuilder Response(this RouteHandlerBuilder endpoint, int status, string description) =>
        endpoint.Produces(status).WithMetadata(new DocumentedResponse(status, description));

    /// <summary>
    /// Problems specific to this operation. Those common to all bodies, commands, queries and callers are added by
    /// <see cref="OperationTransformer"/>.
    /// </summary>
    public static RouteHandlerBuilder Problem(
        this RouteHandlerBuilder endpoint, int status, params string[] codes) =>
        endpoint.WithMetadata(new ProblemCodes(status, codes));

    public static RouteHandlerBuilder ResponseHeader(
        this RouteHandlerBuilder endpoint, string header, bool always, params int[] statuses) =>
        endpoint.WithMetadata(new DocumentedHeader(header, always, statuses));

    public static RouteHandlerBuilder RequestHeader(
        this RouteHandlerBuilder endpoint, string header, string description, bool required = false) =>
        endpoint.WithMetadata(new RequestParameter(ParameterLocation.Header, header, description, required));

    /// <summary>
    /// A parameter in the path of some or all of a group's operations. Without a schema it is a slug by its name, or a
    /// UUID.
    /// </summary>
    public static T PathParameter<T>(this T endpoints, string name, string description, OpenApiSchema? schema = null)
        where T : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new PathParameter(name, description, schema));

    /// <summary>A query parameter that the handler parses through <see cref="Query"/>.</summary>
    public static RouteHandlerBuilder QueryParameter(
        this RouteHandlerBuilder endpoint, string name, string description, OpenApiSchema? schema = null) =>
        endpoint.WithMetadata(
                new RequestParameter(ParameterLocation.Query, name, description, IsRequired: false, schema))
            .Problem(400, "malformed_request");

    public static RouteHandlerBuilder Paginated(this RouteHandlerBuilder endpoint) => endpoint
        .QueryParameter("limit", $"Maximum number of entries to return, 1 to {Query.LimitMax}.")
        .QueryParameter("cursor", "Continue after a page: the nextCursor of the previous page.");

    /// <summary>
    /// Server-sent events: always, or in place of a page if the request accepts <c>text/event-stream</c>.
    /// </summary>
    public static RouteHandlerBuilder EventStream(this RouteHandlerBuilder endpoint, string description) => endpoint
        .RequestHeader("Last-Event-ID", "The id of the last event received. The stream resumes after it.")
        .QueryParameter("lastEventId", "The same as Last-Event-ID, for clients that cannot set the header.")
        .WithMetadata(new DocumentedStream(description))
        .Problem(429, "too_many_streams")
        .Problem(503, "overloaded", "shutting_down");

    public static RouteHandlerBuilder RequiresIdempotencyKey(this RouteHandlerBuilder endpoint) => endpoint
        .WithIdempotencyKey(isRequired: true);

    /// <summary>For administration, where the key is optional because a duplicate does little harm.</summary>
    public static RouteHandlerBuilder AcceptsIdempotencyKey(this RouteHandlerBuilder endpoint) => endpoint
        .WithIdempotencyKey(isRequired: false)
        .Problem(409, "request_in_progress");

    static RouteHandlerBuilder WithIdempotencyKey(this RouteHandlerBuilder endpoint, bool isRequired) => endpoint
        .RequestHeader(IdempotencyKey.Header, "1 to 255 printable ASCII characters that you choose. A retry with the "
            + "same key and the same body returns the first response again, byte for byte, and has no second effect. "
            + "Keys are kept for three days.", isRequired)
        .WithMetadata(new IdempotencyKeyUse(isRequired))
        .ResponseHeader(IdempotencyKey.ReplayedHeader, always: false, 200, 201, 202)
        // An empty header counts as a missing key, even where the header is optional.
        .Problem(400, "idempotency_key_missing", "idempotency_key_invalid")
        .Problem(422, "idempotency_key_reused");

    /// <summary>For a POST that is safe to repeat.</summary>
    public static RouteHandlerBuilder NoIdempotencyKey(this RouteHandlerBuilder endpoint, string reason) =>
        endpoint.WithMetadata(new NoIdempotencyKey(reason));

    /// <summary>Requires no credentials.</summary>
    /// <param name="limitByAddress">The request costs database work: apply the rate limit of the client
    /// address.</param>
    public static T Public<T>(this T endpoints, bool limitByAddress = false) where T : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new PublicEndpoint(limitByAddress));
}

sealed record DocumentedResponse(int Status, string Description);

sealed record DocumentedHeader(string Name, bool Always, int[] Statuses);

sealed record ProblemCodes(int Status, params string[] Codes);

sealed record RequestParameter(
    ParameterLocation In, string Name, string Description, bool IsRequired, OpenApiSchema? Schema = null);

sealed record PathParameter(string Name, string Description, OpenApiSchema? Schema);

sealed record DocumentedStream(string Description);

sealed record IdempotencyKeyUse(bool IsRequired);

sealed record NoIdempotencyKey(string Reason);

sealed record PublicEndpoint(bool LimitByAddress = false);
