using Microsoft.AspNetCore.Authentication;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>Finds the caller of a request by its credential.</summary>
sealed class Authenticator(KeyRing keys, CallerLimits limits, AuditTrail trail, AccessMetrics metrics)
{
    /// <summary>Null if the request has no valid credential. Sets the user of the context otherwise.</summary>
    public async ValueTask<Credential?> Authenticate(HttpContext context)
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

    /// <summary>
    /// Answers a request without a valid credential. Limits failures only: valid credentials from the same address
    /// still work.
    /// </summary>
    public async Task Refuse(HttpContext context)
    {
        // A person who opens a page without a session has not tried to sign in yet.
        if (PageEndpoint.Of(context) is { } page && !Schemes.HasCredentials(context))
        {
            await page.Refuse(context, Problems.Unauthenticated);
            return;
        }
        metrics.Rejected(Schemes.FailureLabel(context));
        if (Schemes.IsIssuerAway(context))
        {
            await Problems.IssuerAway.ExecuteAsync(context);
            return;
        }
        if (!limits.Failures(context.Connection.RemoteIpAddress).TryTake(out var wait, out var unwritten))
        {
            await Problems.TooManyRequests(wait, "Too many failed authentications from your address.")
                .ExecuteAsync(context);
            return;
        }
        context.Response.Headers.WWWAuthenticate = Schemes.Challenge;
        await PageEndpoint.Answer(context, Problems.Unauthenticated);
        trail.RecordRejection(context, unwritten);
    }

    async ValueTask<CallerPrincipal?> Authenticate(HttpContext context, string scheme)
    {
        if ((await context.AuthenticateAsync(scheme)).Principal is CallerPrincipal caller) return caller;
        // The same delay as for a wrong API key: timing must not reveal which kind of credential was wrong.
        await keys.Refresh(context.RequestAborted);
        return null;
    }
}
