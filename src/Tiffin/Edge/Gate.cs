using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>
/// Authenticates, authorizes (RBAC) and rate-limits every operation, before a body is read or a query is made. An
/// endpoint that is neither public nor has a <see cref="Permission"/> rejects every caller.
/// </summary>
sealed class Gate(
    RequestDelegate next, CommitPipeline pipeline, CommitMetrics commits, KeyRing keys, Sessions sessions,
    CallerLimits limits, ReadBulkhead bulkhead, AuditTrail trail, AccessMetrics metrics, IOptions<AccessOptions> access)
{
    public const string AntiforgeryHeader = "X-Antiforgery-Token";

    public async Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint the response is 404 or 405, the same for every caller.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) await next(context);
        else if (endpoint.Metadata.GetMetadata<PublicEndpoint>() is { } open) await ServeAnonymous(context, open);
        else if (await Authenticate(context) is not { } credential) await Unauthenticated(context);
        else await ServeCaller(context, endpoint, credential);
    }

    async Task ServeAnonymous(HttpContext context, PublicEndpoint open)
    {
        if (!open.LimitByAddress)
        {
            await next(context);
            return;
        }
        var use = limits.OfAddress(context.Connection.RemoteIpAddress);
        var entry = use.Enter(out _, out var wait);
        if (entry != Entry.Admitted)
        {
            await Refuse(context, entry == Entry.OverConcurrency
                ? Problems.TooManyAtOnce(use.Limit.ConcurrentRequests)
                : Problems.TooMany(wait, "Your address has exceeded its rate limit."));
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            use.Leave();
        }
    }

    async Task ServeCaller(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        var use = limits.Of(credential.Caller);
        var entry = use.Enter(out var left, out var wait);
        context.Response.Headers["RateLimit-Policy"] = use.Policy;
        context.Response.Headers["RateLimit"] = entry == Entry.OverConcurrency
            ? "\"concurrency\";r=0;t=1"
            : string.Create(CultureInfo.InvariantCulture, $"\"caller\";r={left};t={wait}");
        if (entry != Entry.Admitted)
        {
            await Refuse(context, entry == Entry.OverConcurrency
                ? Problems.TooManyAtOnce(use.Limit.ConcurrentRequests)
                : Problems.TooMany(wait, "You have exceeded your rate limit; see RateLimit-Policy."));
            trail.Refused(context, use.Refusals);
            return;
        }
        try
        {
            if (Refusal(context, endpoint, credential) is { } refusal) await Refuse(context, refusal);
            else await Serve(context, endpoint, Permissions.Of(endpoint)!);
        }
        finally
        {
            use.Leave();
        }
        if (WasRefused(context, endpoint)) trail.Refused(context, use.Refusals);
    }

    async Task Serve(HttpContext context, RouteEndpoint endpoint, Permission permission)
    {
        if (Permissions.IsAudited(endpoint)) trail.RecordBeforeResponse(context);
        if (permission.Priority != Priority.Low)
        {
            await next(context);
            return;
        }
        using var room = await bulkhead.Enter(context.RequestAborted);
        if (room is null) await Overloaded(permission.Priority).ExecuteAsync(context);
        else await next(context);
    }

    Task Refuse(HttpContext context, Problem refusal)
    {
        if (refusal.Status < 500) metrics.Rejected(refusal.Code);
        return Answer(context, refusal);
    }

    static Task Answer(HttpContext context, Problem refusal) =>
        PageEndpoint.Of(context) is { } page ? page.Refuse(context, refusal) : refusal.ExecuteAsync(context);

    // A 404 counts too: probing for other callers' resources must leave a trace in the audit log.
    static bool WasRefused(HttpContext context, RouteEndpoint endpoint) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => true,
        StatusCodes.Status404NotFound => Permissions.Of(endpoint)?.Visibility != Visibility.Chain,
        _ => false,
    };

    async ValueTask<Credential?> Authenticate(HttpContext context)
    {
        var caller = Schemes.Of(context) switch
        {
            null => null,
            // The hot path: no authentication handler.
            Schemes.Key => (await keys.Find(Schemes.Token(context), context.RequestAborted))?.Principal,
            var scheme => await Authenticate(context, scheme),
        };
        if (caller is null) return null;
        context.User = caller;
        return caller.Credential;
    }

    async ValueTask<CallerPrincipal?> Authenticate(HttpContext context, string scheme)
    {
        if ((await context.AuthenticateAsync(scheme)).Principal is CallerPrincipal caller) return caller;
        // The same delay as for a wrong API key: timing must not reveal which kind of credential was wrong.
        await keys.Refresh(context.RequestAborted);
        return null;
    }

    // Limits failures only: valid credentials from the same address still work.
    async Task Unauthenticated(HttpContext context)
    {
        // A person who opens a page without a session has not tried to sign in yet.
        if (PageEndpoint.Of(context) is { } page && !Schemes.HasCredentials(context))
        {
            await page.Refuse(context, Problems.Unauthenticated);
            return;
        }
        metrics.Rejected(Schemes.Refused(context));
        if (Schemes.IsIssuerAway(context))
        {
            await Problems.IssuerAway.ExecuteAsync(context);
            return;
        }
        if (!limits.Failures(context.Connection.RemoteIpAddress).TryTake(out var wait, out var unwritten))
        {
            await Problems.TooMany(wait, "Too many failed authentications from your address.")
                .ExecuteAsync(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = Schemes.Challenge;
        await Answer(context, Problems.Unauthenticated);
        trail.Refused(context, unwritten);
    }

    Problem? Refusal(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        if (CheckForgery(context, credential) is { } forged) return forged;
        if (Permissions.Of(endpoint) is not { } permission || !permission.Allows(credential.Caller.Role))
            return Problems.Forbidden;
        if (permission.Visibility == Visibility.KitchenInPath
            && CheckKitchen(context, endpoint, credential.Caller) is { } foreign)
            return foreign;
        // Load shedding, before the body costs anything.
        return ShouldShed(permission.Priority) ? Overloaded(permission.Priority) : null;
    }

    bool ShouldShed(Priority priority) => priority switch
    {
        Priority.Normal => pipeline.ShedsOrders,
        Priority.Low => pipeline.ShedsReads,
        _ => false,
    };

    Problem Overloaded(Priority priority)
    {
        if (priority == Priority.Normal) commits.Rejected(Unavailability.Overloaded);
        return Problems.Of(Unavailability.Overloaded);
    }

    // Cross-site request forgery (CSRF).
    Problem? CheckForgery(HttpContext context, Credential credential)
    {
        var request = context.Request;
        if (request.Headers.Origin is { Count: > 0 } origin && !IsAllowed(origin.ToString(), request))
            return Problems.ForeignOrigin;
        if (credential.Session is not { } session || HttpMethods.IsGet(request.Method)) return null;
        return sessions.IsAntiforgery(session, request.Headers[AntiforgeryHeader].ToString())
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
        return caller.WorksIn(kitchen) ? null : Problems.Of(new Refusal.EntryUnknown("kitchen", kitchen));
    }
}
