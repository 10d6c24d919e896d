using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>
/// Who calls, may they, and is it not too much? Asked here once for every operation, before a body is read or a query
/// is made. What is not in the table of permissions is refused.
/// </summary>
sealed class Gate(
    RequestDelegate next, CommitPipeline pipeline, CommitMetrics commits, KeyRing keys, Sessions sessions,
    CallerLimits limits, SlowReads slowReads, AuditTrail trail, AccessMetrics metrics, IOptions<AccessOptions> access)
{
    public const string AntiforgeryHeader = "X-Antiforgery-Token";

    public async Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint the answer is "not found" or "not this method", whoever asks.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) await next(context);
        else if (endpoint.Metadata.GetMetadata<PublicEndpoint>() is { } open) await Visit(context, open);
        else if (await Authenticate(context) is not { } credential) await Unauthenticated(context);
        else await Enter(context, endpoint, credential);
    }

    /// <summary>Whoever need not say who they are is bounded by where they come from.</summary>
    async Task Visit(HttpContext context, PublicEndpoint open)
    {
        if (!open.LimitByAddress)
        {
            await next(context);
            return;
        }
        var use = limits.OfVisitor(context.Connection.RemoteIpAddress);
        var entry = use.Enter(out _, out var wait);
        if (entry != Entry.Admitted)
        {
            await Refuse(context, entry == Entry.OverConcurrency
                ? Problems.TooManyAtOnce(use.Limit.Concurrent)
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

    async Task Enter(HttpContext context, RouteEndpoint endpoint, Credential credential)
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
                ? Problems.TooManyAtOnce(use.Limit.Concurrent)
                : Problems.TooMany(wait, "You have exceeded your rate limit; see RateLimit-Policy."));
            trail.Refused(context, use.Refusals);
            return;
        }
        try
        {
            if (await Refusal(context, endpoint, credential) is { } refusal) await Refuse(context, refusal);
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
        if (Permissions.IsAudited(endpoint)) trail.Follow(context);
        if (permission.Priority != Priority.Low)
        {
            await next(context);
            return;
        }
        using var room = await slowReads.Enter(context.RequestAborted);
        if (room is null) await Overloaded(permission.Priority).ExecuteAsync(context);
        else await next(context);
    }

    Task Refuse(HttpContext context, Problem refusal)
    {
        if (refusal.Status < 500) metrics.Refused(refusal.Code);
        return refusal.ExecuteAsync(context);
    }

    /// <summary>What is not theirs is not found: whoever looks for others' orders leaves a trace.</summary>
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
            // Most requests: without a handler of their own.
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
        // How long it takes does not tell which of the ways to say who one is was wrong.
        await keys.Look(context.RequestAborted);
        return null;
    }

    /// <summary>Whoever fails too often is told so; whoever knows a key is let in from the same address.</summary>
    async Task Unauthenticated(HttpContext context)
    {
        metrics.Refused(Schemes.Refused(context));
        if (Schemes.IsIssuerAway(context))
        {
            await Problems.IssuerAway.ExecuteAsync(context);
            return;
        }
        if (!limits.Failures(context.Connection.RemoteIpAddress).Take(out var wait, out var unwritten))
        {
            await Problems.TooMany(wait, "Too many requests from your address did not say who they are.")
                .ExecuteAsync(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = Schemes.Challenge;
        await Problems.Unauthenticated.ExecuteAsync(context);
        trail.Refused(context, unwritten);
    }

    async ValueTask<Problem?> Refusal(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        if (await Forged(context, credential) is { } forged) return forged;
        if (Permissions.Of(endpoint) is not { } permission || !permission.Allows(credential.Caller.Role))
            return Problems.Forbidden;
        if (permission.Visibility == Visibility.KitchenInPath
            && Foreign(context, endpoint, credential.Caller) is { } foreign)
            return foreign;
        // Before its body costs anything.
        return Sheds(permission.Priority) ? Overloaded(permission.Priority) : null;
    }

    bool Sheds(Priority priority) => priority switch
    {
        Priority.Normal => pipeline.ShedsOrders,
        Priority.Low => pipeline.ShedsReads,
        _ => false,
    };

    Problem Overloaded(Priority priority)
    {
        if (priority == Priority.Normal) commits.Turned(Unavailability.Overloaded);
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

    /// <summary>A page that came over HTTPS may ask behind a proxy that ends TLS; never the other way round.</summary>
    bool IsOurs(string origin, HttpRequest request) =>
        access.Value.Origins.Contains(origin, StringComparer.Ordinal)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == request.Scheme)
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
