using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>Whether a caller may use an operation, by the origin, the role and the kitchen in the path.</summary>
sealed class Authorizer(Sessions sessions, IOptions<AccessOptions> access)
{
    /// <summary>Null if permitted. An endpoint without a <see cref="Permission"/> rejects every caller.</summary>
    public Problem? Check(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        if (CheckForgery(context, credential) is { } forged) return forged;
        if (Permissions.Of(endpoint) is not { } permission || !permission.Allows(credential.Caller.Role))
            return Problems.Forbidden;
        return permission.Visibility == Visibility.KitchenInPath
            ? CheckKitchen(context, endpoint, credential.Caller)
            : null;
    }

    // Cross-site request forgery (CSRF).
    Problem? CheckForgery(HttpContext context, Credential credential)
    {
        var request = context.Request;
        if (request.Headers.Origin is { Count: > 0 } origin && !IsAllowed(origin.ToString(), request))
            return Problems.ForeignOrigin;
        if (credential.Session is not { } session || HttpMethods.IsGet(request.Method)) return null;
        return sessions.IsValidAntiforgeryToken(session, request.Headers[Sessions.AntiforgeryHeader].ToString())
            ? null
            : Problems.AntiforgeryMissing;
    }

    // An https origin may call a plain-HTTP endpoint, which is behind a proxy that terminates TLS; never the reverse.
    bool IsAllowed(string origin, HttpRequest request) =>
        access.Value.AllowedOrigins.Contains(origin, StringComparer.Ordinal)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == request.Scheme)
            && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    // Before the kitchen is looked up, so that foreign and unknown kitchens get the same response.
    static Problem? CheckKitchen(HttpContext context, RouteEndpoint endpoint, Caller caller)
    {
        var kitchen = (string?)context.Request.RouteValues[endpoint.RoutePattern.Parameters[0].Name] ?? "";
        return caller.WorksIn(kitchen) ? null : Problems.Of(new Refusal.EntryNotFound("kitchen", kitchen));
    }
}
