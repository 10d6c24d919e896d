using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>
/// Checks every request to an operation that is not public, in this order, before a body is read or a query is made:
/// authentication, the caller's rate limit, authorization (RBAC), load shedding. All refusals except load shedding are
/// counted and audited. Of requests to a public operation, it checks only the rate limit of the address.
/// </summary>
sealed class Gate(
    RequestDelegate next, Authenticator authenticator, CallerLimits limits, Authorizer authorizer,
    LoadShedder shedder, AuditTrail trail, AccessMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Without an endpoint the response is 404 or 405, the same for every caller.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) await next(context);
        else if (endpoint.Metadata.GetMetadata<PublicEndpoint>() is { } open) await ServeAnonymous(context, open);
        else if (await authenticator.Authenticate(context) is { } credential)
            await ServeCaller(context, endpoint, credential);
        else await authenticator.Refuse(context);
    }

    async Task ServeAnonymous(HttpContext context, PublicEndpoint open)
    {
        if (!open.LimitByAddress)
        {
            await next(context);
            return;
        }
        var use = limits.OfAddress(context.Connection.RemoteIpAddress);
        if (use.EnterAddress() is { } excess)
        {
            await Refuse(context, excess);
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
        if (use.EnterCaller(context.Response) is { } excess)
        {
            await Refuse(context, excess);
            trail.RecordRejection(context, use.Rejections);
            return;
        }
        try
        {
            await Authorize(context, endpoint, credential);
        }
        finally
        {
            use.Leave();
        }
        if (WasRefused(context, endpoint)) trail.RecordRejection(context, use.Rejections);
    }

    async Task Authorize(HttpContext context, RouteEndpoint endpoint, Credential credential)
    {
        if (authorizer.Check(context, endpoint, credential) is { } refusal)
        {
            await Refuse(context, refusal);
            return;
        }
        if (PageEndpoint.Of(context) is null && Query.Undeclared(context) is { } undeclared)
        {
            await undeclared.ExecuteAsync(context);
            return;
        }
        var priority = Permissions.Of(endpoint)!.Priority;
        if (shedder.Check(priority) is { } overload)
        {
            await Refuse(context, overload);
            return;
        }
        if (Permissions.IsAudited(endpoint)) trail.RecordBeforeResponse(context);
        await shedder.Serve(context, priority, next);
    }

    Task Refuse(HttpContext context, Problem refusal)
    {
        if (refusal.Status < 500) metrics.Rejected(refusal.Code);
        return PageEndpoint.Answer(context, refusal);
    }

    // A 404 counts too: probing for other callers' resources must leave a trace in the audit log.
    static bool WasRefused(HttpContext context, RouteEndpoint endpoint) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => true,
        StatusCodes.Status404NotFound => Permissions.Of(endpoint)?.Visibility != Visibility.Chain,
        _ => false,
    };
}
