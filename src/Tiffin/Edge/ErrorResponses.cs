using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>Turns exceptions and bare status codes into problem responses, without internals.</summary>
static class ErrorResponses
{
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context =>
            {
                var feature = context.Features.GetRequiredFeature<IExceptionHandlerFeature>();
                var problem = Of(feature.Error, feature.Endpoint, context);
                return feature.Endpoint?.Metadata.GetMetadata<PageEndpoint>() is { } page
                    ? page.Refuse(context, problem)
                    : problem.ExecuteAsync(context);
            },
            // Defects are logged below. Invalid requests are not defects and must not fill the log.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(pages =>
        {
            var response = pages.HttpContext.Response;
            // HEAD is served wherever GET is (see ExactRoutes), which routing does not know.
            if (response.Headers.Allow is [{ } allow] && allow.Contains("GET", StringComparison.Ordinal))
                response.Headers.Allow = allow.Replace("GET", "GET, HEAD", StringComparison.Ordinal);
            var problem = Schemes.IsIssuerAway(pages.HttpContext)
                ? Problems.IssuerAway
                : OfStatus(response.StatusCode);
            return problem.ExecuteAsync(pages.HttpContext);
        });
    }

    static Problem Of(Exception error, Endpoint? endpoint, HttpContext context)
    {
        // Not the path: it may contain a tracking token, or a customer's id.
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "an unknown path";
        switch (error)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return Problems.Malformed(JsonFaults.Of(json));
            case BadHttpRequestException { StatusCode: 400 } bad:
                return Problems.Malformed(new Fault("", "malformed", PublicMessage(bad.Message)));
            case BadHttpRequestException bad:
                return OfStatus(bad.StatusCode);
            case OutcomeUnknownException unknown:
                HttpMessages.OutcomeUnknown(Log(context), route, unknown.Message);
                return Problems.Of(Unavailability.Unknown);
            case CredentialEndedException:
                context.Response.Headers.WWWAuthenticate = Schemes.Challenge;
                return Problems.Unauthenticated;
            case NpgsqlException or TimeoutException:
                HttpMessages.DatabaseAway(Log(context), Reason(error));
                return Problems.Of(Unavailability.DatabaseAway);
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return new Problem(499, "gone", "Client closed request", "The client closed the connection.");
            default:
                HttpMessages.Defect(Log(context), error, route);
                return Problems.Of(Unavailability.Failed);
        }
    }

    /// <summary>The problem of a status, if only that is known.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        401 => Problems.Unauthenticated,
        404 => Problems.NotFound,
        405 => new(405, "method_not_allowed", "Method not allowed", "The header Allow lists the methods of this path."),
        408 => new(408, "too_slow", "Request timeout", "The request arrived too slowly. Send it without pauses."),
        413 => new(413, "body_too_large", "Request body too large", "A body may have at most 64 KiB."),
        415 => new(415, "not_json", "Unsupported media type", "Send the body as application/json in UTF-8."),
        429 => new(429, "too_many_requests", "Too many requests", "Wait for the delay in Retry-After."),
        >= 500 => Problems.Of(Unavailability.Failed) with { Status = status },
        _ => new(status, "bad_request", "Bad request", "The request violates HTTP or the API contract."),
    };

    // The driver's message alone, such as "Exception while writing to stream", does not say why.
    static string Reason(Exception error) =>
        error.GetBaseException() is var cause && cause == error ? error.Message : $"{error.Message}: {cause.Message}";

    // Replaces messages of the framework, which contain .NET parameter names and types.
    static string PublicMessage(string message) =>
        message.Contains("body", StringComparison.OrdinalIgnoreCase)
            ? "expected a JSON body"
            : "a path, query or header parameter cannot be parsed";

    static ILogger Log(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Tiffin.Edge");
}
