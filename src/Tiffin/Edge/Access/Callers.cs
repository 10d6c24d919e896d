using System.Security.Claims;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>
/// Who is calling, and how that is known. <see cref="Ended"/> and <paramref name="ExpiresAt"/> end answers that
/// go on; <paramref name="Session"/> is set for a browser, which proves each change by a token of its own.
/// </summary>
public sealed record Credential(Caller Caller, string Name, DateTimeOffset? ExpiresAt, string? Session = null)
{
    public CancellationToken Ended { get; init; }
}

/// <summary>What an authentication handler answers.</summary>
sealed class CallerPrincipal(Credential credential, string scheme) : ClaimsPrincipal(new ClaimsIdentity(scheme))
{
    public Credential Credential => credential;
}

static class Callers
{
    /// <summary>Whoever asks for what is open to all. Nothing is theirs.</summary>
    public static readonly Caller Nobody = new(Role.Customer, "");

    public static Caller Caller(this HttpContext context) => context.Credential()?.Caller ?? Nobody;

    /// <summary>Marks a call that is written down, though others to the same operation are not.</summary>
    public static void SetPrivileged(this HttpContext context) =>
        context.RequestServices.GetRequiredService<AuditTrail>().Follow(context);

    public static Credential? Credential(this HttpContext context) => (context.User as CallerPrincipal)?.Credential;

    /// <summary>Ends when the request is gone, or when the credential does not hold any more.</summary>
    public static CancellationTokenSource WhileCredentialHolds(
        this HttpContext context, TimeProvider clock, CancellationToken also)
    {
        var credential = context.Credential();
        var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, also, credential?.Ended ?? CancellationToken.None);
        if (credential?.ExpiresAt is not { } expires) return end;
        var left = expires - clock.GetUtcNow();
        // Longer than a timer can wait is longer than any stream lasts.
        if (left < TimeSpan.FromDays(40)) end.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return end;
    }
}
