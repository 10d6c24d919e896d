using System.Security.Claims;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// An authenticated caller. Its open streams end when its key or session ends, and at <paramref name="ExpiresAt"/>.
/// <paramref name="Session"/> is the id of its browser session, in which changes need an anti-forgery token.
/// </summary>
sealed record Credential(Caller Caller, string Name, DateTimeOffset? ExpiresAt, string? Session = null)
{
    /// <summary>The caller's API key, or the one with which its session was opened.</summary>
    public ActiveKey? Key { get; init; }

    /// <summary>Cancelled when the session is signed out.</summary>
    public CancellationToken SignedOut { get; init; }
}

/// <summary>The principal that the authentication handlers return.</summary>
sealed class CallerPrincipal(Credential credential, string scheme) : ClaimsPrincipal(new ClaimsIdentity(scheme))
{
    public Credential Credential => credential;
}

/// <summary>The credential was revoked, signed out or expired after the request was authenticated.</summary>
sealed class CredentialEndedException : Exception;

static class Callers
{
    /// <summary>The caller of public endpoints, who owns nothing.</summary>
    public static readonly Caller Anonymous = new(Role.Customer, "");

    public static Caller Caller(this HttpContext context) => context.Credential()?.Caller ?? Anonymous;

    /// <summary>Audits this request, although its operation is not audited.</summary>
    public static void AuditRequest(this HttpContext context) =>
        context.RequestServices.GetRequiredService<AuditTrail>().RecordBeforeResponse(context);

    public static Credential? Credential(this HttpContext context) => (context.User as CallerPrincipal)?.Credential;

    /// <summary>
    /// Cancelled when the request is aborted, or the credential expires, is revoked or is signed out.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="clock">The database's clock, which decides on expiry.</param>
    /// <param name="also">Another token that cancels it.</param>
    public static CancellationTokenSource CreateCredentialTokenSource(
        this HttpContext context, DatabaseClock clock, CancellationToken also)
    {
        var credential = context.Credential();
        var end = CancellationTokenSource.CreateLinkedTokenSource(
            [context.RequestAborted, also, credential?.Key?.Ended ?? default, credential?.SignedOut ?? default]);
        if (credential?.ExpiresAt is not { } expires) return end;
        var left = expires - clock.Now;
        // A timer cannot wait for much longer, and no stream lasts that long.
        if (left < TimeSpan.FromDays(40)) end.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return end;
    }
}
