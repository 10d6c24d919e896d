using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Tiffin.Access;
using Tiffin.Commit;
using Tiffin.Diagnostics;
using Tiffin.Domain;
using Tiffin.Http.OpenApi;
using Tiffin.Storage;

namespace Tiffin.Http;

/// <summary>
/// Who calls, may they, and is it not too much? Asked here once for every operation, before a body is read or a query
/// is made. What is not in the table of permissions is refused.
/// </summary>
sealed class Gate(
    RequestDelegate next, CommitPipeline pipeline, CommitMetrics commits, KeyRing keys, Sessions sessions,
    CallerLimits limits, AuditLog audit, AccessMetrics metrics, TimeProvider clock, IOptions<OriginOptions> origins)
{
    public const string AntiforgeryHeader = "X-Antiforgery-Token";
    const int PathMax = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint the answer is "not found" or "not this method", whoever asks.
        if (context.GetEndpoint() is not RouteEndpoint endpoint || IsPublic(endpoint)) await next(context);
        else if (await Authenticate(context) is not { } credential) await Unauthenticated(context, endpoint);
        else await Enter(context, endpoint, credential);
    }

    void Record(HttpContext context, RouteEndpoint endpoint, Credential? credential) => audit.Record(new AuditRow(
        Guid.CreateVersion7(), clock.GetUtcNow(), credential?.Name ?? "nobody", credential?.Caller.Role,
        credential?.Caller.Id, context.Connection.RemoteIpAddress?.ToString(),
        Permissions.Of(endpoint)?.Operation ?? $"{endpoint}", Short(context.Request.Path),
        context.Response.StatusCode, Activity.Current?.TraceId.ToHexString()));

    static string Short(string path) => new([.. path.Take(PathMax).Where(c => c != '\0')]);

    static bool IsPublic(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<PublicEndpoint>() is not null;

    async Task Enter(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        var use = limits.Of(credential.Caller);
        var isIn = use.Enter(out var left, out var wait);
        context.Response.Headers["RateLimit-Policy"] = use.Policy;
        context.Response.Headers["RateLimit"] =
            string.Create(CultureInfo.InvariantCulture, $"\"caller\";r={left};t={wait}");
        if (!isIn)
        {
            await Problems.TooMany(wait, "You ask more than you may; RateLimit-Policy tells how much that is.")
                .ExecuteAsync(context);
            return;
        }
        Problem? refusal = null;
        try
        {
            refusal = await Refusal(context, endpoint, credential);
            if (refusal is null) await next(context);
            else
            {
                if (refusal.Status < 500) metrics.Refused(refusal.Code);
                await refusal.ExecuteAsync(context);
            }
        }
        finally
        {
            use.Leave();
            if (refusal is { Status: < 500 } || context.Response.StatusCode is 401 or 403
                || Permissions.Of(endpoint)?.IsPrivileged == true || context.IsPrivileged())
                Record(context, endpoint, credential);
        }
    }

    async ValueTask<Credential?> Authenticate(HttpContext context)
    {
        var caller = Schemes.Of(context) switch
        {
            null => null,
            // Most requests: without a handler of their own.
            Schemes.Key => (await keys.Find(Schemes.Token(context), context.RequestAborted))?.Principal,
            var scheme => (await context.AuthenticateAsync(scheme)).Principal as CallerPrincipal,
        };
        if (caller is null) return null;
        context.User = caller;
        return caller.Credential;
    }

    /// <summary>Whoever fails too often is told so; whoever knows a key is let in from the same address.</summary>
    Task Unauthenticated(HttpContext context, RouteEndpoint endpoint)
    {
        metrics.Refused(Schemes.Refused(context));
        if (limits.Failed(context.Connection.RemoteIpAddress) is { } wait)
            return Problems.TooMany(wait, "Too many requests from your address did not say who they are.")
                .ExecuteAsync(context);
        context.Response.Headers.WWWAuthenticate = Schemes.Challenge;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        Record(context, endpoint, credential: null);
        return Problems.Unauthenticated.ExecuteAsync(context);
    }

    async ValueTask<Problem?> Refusal(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        if (await Forged(context, credential) is { } forged) return forged;
        if (Permissions.Of(endpoint) is not { } permission || !permission.Allows(credential.Caller.Role))
            return Problems.Forbidden;
        if (permission.Reach == Reach.TheirKitchen && Foreign(context, endpoint, credential.Caller) is { } foreign)
            return foreign;
        // Before its body costs anything.
        return Sheds(permission.Urgency) ? Overloaded(permission.Urgency) : null;
    }

    bool Sheds(Urgency urgency) => urgency switch
    {
        Urgency.Soon => pipeline.ShedsOrders,
        Urgency.Later => pipeline.ShedsReads,
        _ => false,
    };

    Problem Overloaded(Urgency urgency)
    {
        if (urgency == Urgency.Soon) commits.Turned(Unavailability.Overloaded);
        return Problems.Of(Unavailability.Overloaded);
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

    bool IsOurs(string origin, HttpRequest request) =>
        origins.Value.Origins.Contains(origin, StringComparer.Ordinal)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Answers before anybody looks whether there is such a kitchen, so that foreign and unknown are the same.
    /// </summary>
    static Problem? Foreign(HttpContext context, RouteEndpoint endpoint, Caller caller)
    {
        var kitchen = (string?)context.Request.RouteValues[endpoint.RoutePattern.Parameters[0].Name] ?? "";
        return caller.WorksIn(kitchen) ? null : Problems.Of(new Refusal.EntryUnknown("kitchen", kitchen));
    }
}
