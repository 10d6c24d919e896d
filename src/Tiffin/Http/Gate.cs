using Microsoft.AspNetCore.Authentication;
using Tiffin.Access;
using Tiffin.Domain;
using Tiffin.Http.OpenApi;

namespace Tiffin.Http;

/// <summary>
/// Who calls, and may they? Asked here once for every operation, before a body is read or a query is made. What is
/// not in the table of permissions is refused.
/// </summary>
sealed class Gate(RequestDelegate next, Sessions sessions)
{
    public const string AntiforgeryHeader = "X-Antiforgery-Token";

    public async Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint the answer is "not found" or "not this method", whoever asks.
        if (context.GetEndpoint() is not RouteEndpoint endpoint || IsPublic(endpoint)) await next(context);
        else if (await Refusal(context, endpoint) is { } problem) await problem.ExecuteAsync(context);
        else await next(context);
    }

    static bool IsPublic(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<PublicEndpoint>() is not null;

    async ValueTask<Problem?> Refusal(HttpContext context, RouteEndpoint endpoint)
    {
        if (await Authenticate(context) is not { } credential)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"tiffin\"";
            return Problems.Unauthenticated;
        }
        if (await Forged(context, credential) is { } forged) return forged;
        if (Permissions.Of(endpoint) is not { } permission || !permission.Allows(credential.Caller.Role))
            return Problems.Forbidden;
        return permission.Reach == Reach.TheirKitchen ? Foreign(context, endpoint, credential.Caller) : null;
    }

    static async ValueTask<Credential?> Authenticate(HttpContext context)
    {
        if (Schemes.Of(context) is not { } scheme) return null;
        var result = await context.AuthenticateAsync(scheme);
        if (!result.Succeeded || result.Principal is not CallerPrincipal caller) return null;
        context.User = caller;
        return caller.Credential;
    }

    /// <summary>Whether another site makes a browser ask in its user's name.</summary>
    async ValueTask<Problem?> Forged(HttpContext context, Credential credential)
    {
        var request = context.Request;
        if (request.Headers.Origin is { Count: > 0 } origin && !IsOurs(origin.ToString(), request))
            return Problems.ForeignOrigin;
        if (credential.Session is not { } session || HttpMethods.IsGet(request.Method)) return null;
        return await sessions.IsAntiforgery(
            session, request.Headers[AntiforgeryHeader].ToString(), context.RequestAborted)
            ? null
            : Problems.AntiforgeryMissing;
    }

    static bool IsOurs(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Answers before anybody looks whether there is such a kitchen, so that foreign and unknown are the same.
    /// </summary>
    static Problem? Foreign(HttpContext context, RouteEndpoint endpoint, Caller caller)
    {
        var kitchen = (string?)context.Request.RouteValues[endpoint.RoutePattern.Parameters[0].Name] ?? "";
        return caller.WorksIn(kitchen) ? null : Problems.Of(new Refusal.EntryUnknown("kitchen", kitchen));
    }
}
