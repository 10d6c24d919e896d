using Microsoft.OpenApi;

namespace Tiffin.Edge.OpenApi;

/// <summary>What the API document says of an endpoint, said beside it. Tags come from the group.</summary>
static class Describing
{
    /// <param name="id">Names the operation in generated clients, and its examples in the feature's file of
    /// them.</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, string id, string summary, string description) =>
        endpoint.WithName(id).WithSummary(summary).WithDescription(description);

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status, string when) =>
        endpoint.Produces<T>(status, "application/json").WithMetadata(new Answer(status, when));

    /// <summary>An answer without a body.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status, string when) =>
        endpoint.Produces(status).WithMetadata(new Answer(status, when));

    /// <summary>
    /// Problems of the endpoint's own. Those of every body, every command and every query go without saying.
    /// </summary>
    public static RouteHandlerBuilder Refuses(
        this RouteHandlerBuilder endpoint, int status, params string[] codes) =>
        endpoint.WithMetadata(new ProblemCodes(status, codes));

    /// <summary>A header of the answers with these statuses.</summary>
    public static RouteHandlerBuilder Sends(
        this RouteHandlerBuilder endpoint, string header, bool always, params int[] statuses) =>
        endpoint.WithMetadata(new SentHeader(header, always, statuses));

    public static RouteHandlerBuilder Takes(
        this RouteHandlerBuilder endpoint, string header, string description, bool required = false) =>
        endpoint.WithMetadata(new RequestParameter(ParameterLocation.Header, header, description, required));

    /// <summary>A parameter of the query that the handler reads by itself, and turns down when it is none.</summary>
    public static RouteHandlerBuilder Asks(
        this RouteHandlerBuilder endpoint, string name, string description, OpenApiSchema? form = null) =>
        endpoint.WithMetadata(new RequestParameter(ParameterLocation.Query, name, description, IsRequired: false, form))
            .Refuses(400, "malformed_request");

    /// <summary>Answers a list page by page.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder endpoint) => endpoint
        .Asks("limit", $"How many entries to answer at most, 1 to {Query.LimitMax}.")
        .Asks("cursor", "Where to go on: nextCursor of the page before.");

    /// <summary>Live as server-sent events: always, or instead of a page for those who accept them.</summary>
    public static RouteHandlerBuilder Streams(this RouteHandlerBuilder endpoint, string description) => endpoint
        .Takes("Last-Event-ID", "The id of the last event that you saw: the stream goes on after it.")
        .Asks("lastEventId", "The same for those who cannot set the header.")
        .WithMetadata(new EventStream(description))
        .Refuses(429, "too_many_streams")
        .Refuses(503, "overloaded", "shutting_down");

    public static RouteHandlerBuilder TakesKey(this RouteHandlerBuilder endpoint) => endpoint
        .TakesKey(isRequired: true);

    /// <summary>For administration: the key may be left out where asking twice does little harm.</summary>
    public static RouteHandlerBuilder MayTakeKey(this RouteHandlerBuilder endpoint) => endpoint
        .TakesKey(isRequired: false)
        .Refuses(409, "request_in_progress");

    static RouteHandlerBuilder TakesKey(this RouteHandlerBuilder endpoint, bool isRequired) => endpoint
        .Takes(IdempotencyKey.Header, "1 to 255 printable characters of your choice. The same key with the same body "
            + "returns the first response again, byte for byte, and has no second effect. Kept for three days.",
            isRequired)
        .WithMetadata(new IdempotencyKeyUse(isRequired))
        .Sends(IdempotencyKey.ReplayedHeader, always: false, 200, 201, 202)
        // A header without a value is a missing key also where the header may be left out.
        .Refuses(400, "idempotency_key_missing", "idempotency_key_invalid")
        .Refuses(422, "idempotency_key_reused");

    /// <summary>For a POST that has nothing to repeat.</summary>
    public static RouteHandlerBuilder TakesNoKey(this RouteHandlerBuilder endpoint, string because) =>
        endpoint.WithMetadata(new NoIdempotencyKey(because));

    /// <summary>Needs no credentials.</summary>
    /// <param name="asksDatabase">Each request costs something: an address may ask so much and no more.</param>
    public static T Public<T>(this T endpoints, bool asksDatabase = false) where T : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new PublicEndpoint(asksDatabase));
}

sealed record Answer(int Status, string When);

sealed record SentHeader(string Name, bool Always, int[] Statuses);

sealed record ProblemCodes(int Status, params string[] Codes);

sealed record RequestParameter(
    ParameterLocation In, string Name, string Description, bool IsRequired, OpenApiSchema? Form = null);

sealed record EventStream(string Description);

sealed record IdempotencyKeyUse(bool IsRequired);

sealed record NoIdempotencyKey(string Because);

sealed record PublicEndpoint(bool AsksDatabase = false);
