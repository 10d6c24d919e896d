using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>
/// Browser sessions, in the framework's authentication cookie. The cookie contains the caller, so that no table of open
/// sessions is needed. A session that was opened with an API key ends with that key; ended sessions are recorded by
/// their id.
/// </summary>
sealed class Sessions(KeyRing keys, EndedSessions endedSessions, IDataProtectionProvider protection)
{
    public const string Cookie = "tiffin-session";
    public const string AntiforgeryHeader = "X-Antiforgery-Token";
    static readonly TimeSpan lifetime = TimeSpan.FromHours(12);

    readonly IDataProtector antiforgery = protection.CreateProtector("antiforgery");

    // Claims of the principal in the cookie.
    static class ClaimName
    {
        public const string Session = "session", Credential = "credential", Role = "role", Subject = "subject",
            Kitchen = "kitchen", Channel = "channel";
    }

    public static void Configure(CookieAuthenticationOptions options, IHostEnvironment environment)
    {
        options.Cookie.Name = Cookie;
        options.Cookie.SameSite = SameSiteMode.Lax;
        // Some browsers discard secure cookies of http://127.0.0.1.
        options.Cookie.SecurePolicy =
            environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        options.ExpireTimeSpan = lifetime;
        options.SlidingExpiration = false;
        options.Events.OnSigningIn = context =>
        {
            context.Properties.IsPersistent = true;
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = context =>
            context.HttpContext.RequestServices.GetRequiredService<Sessions>().Validate(context);
    }

    /// <summary>
    /// The principal of a new session. A session opened from another one ends with it, because it has the same id.
    /// </summary>
    public static ClaimsPrincipal CreatePrincipal(Credential credential)
    {
        var caller = credential.Caller;
        var id = credential.Session ?? RandomNumberGenerator.GetHexString(16, lowercase: true);
        var claims = new List<Claim>
        {
            new(ClaimName.Session, id),
            new(ClaimName.Credential, credential.Name),
            new(ClaimName.Role, Names.Of(caller.Role)),
            new(ClaimName.Subject, caller.Id),
        };
        claims.AddRange(caller.Kitchens.Select(kitchen => new Claim(ClaimName.Kitchen, kitchen)));
        if (caller.Channel is { } channel) claims.Add(new(ClaimName.Channel, channel));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, Schemes.Session));
    }

    /// <summary>Opens a session of at most twelve hours and sets its cookie.</summary>
    public Task<Credential> Open(HttpContext context, Credential credential)
    {
        var expires = keys.Now + lifetime;
        // A session that is opened from another one, such as a device's, lasts as long as that one.
        if (credential.Session is not null || credential.ExpiresAt < expires) expires = credential.ExpiresAt!.Value;
        return Open(context, credential, expires);
    }

    /// <summary>Opens a session until a time and sets its cookie.</summary>
    public static async Task<Credential> Open(HttpContext context, Credential credential, DateTimeOffset expires)
    {
        var session = CreatePrincipal(credential);
        await context.SignInAsync(Schemes.Session, session, new() { ExpiresUtc = expires });
        return credential with { ExpiresAt = expires, Session = session.FindFirstValue(ClaimName.Session) };
    }

    /// <summary>
    /// Ends the caller's session and all copies of its cookie: on this node at once, on the others within five seconds.
    /// Signing out a device unpairs it: it has no other credential to sign in with again.
    /// </summary>
    public async Task End(HttpContext context)
    {
        if (context.Credential() is { Session: { } session } credential)
        {
            if (credential.Key is { Row: { IsDevice: true, Id: var device } })
                await keys.Revoke(device, context.RequestAborted);
            else await endedSessions.Add(session, credential.ExpiresAt!.Value, context.RequestAborted);
        }
        await context.SignOutAsync(Schemes.Session);
    }

    /// <summary>
    /// The anti-forgery (CSRF) token, required with each change: another site can make the browser send the cookie, but
    /// cannot read this token.
    /// </summary>
    public string AntiforgeryToken(string session) => antiforgery.Protect(session);

    public bool IsValidAntiforgeryToken(string session, string token)
    {
        try
        {
            return antiforgery.Unprotect(token) == session;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    async Task Validate(CookieValidatePrincipalContext context)
    {
        var (session, expires) = (context.Principal!, context.Properties.ExpiresUtc!.Value);
        if (await Read(session, expires, context.HttpContext.RequestAborted) is { } credential)
            context.ReplacePrincipal(new CallerPrincipal(credential, Schemes.Session));
        else context.RejectPrincipal();
    }

    // Null if the session was ended, or its key was revoked.
    async ValueTask<Credential?> Read(ClaimsPrincipal session, DateTimeOffset expires, CancellationToken cancel)
    {
        var (id, name) = (session.FindFirstValue(ClaimName.Session)!, session.FindFirstValue(ClaimName.Credential)!);
        var end = await endedSessions.SignedOutToken(id, expires, cancel);
        if (end.IsCancellationRequested) return null;
        var isOfKey = name.StartsWith(ApiKey.Start, StringComparison.Ordinal);
        var key = isOfKey ? await keys.FindByPrefix(name[ApiKey.Start.Length..], cancel) : null;
        if (isOfKey && key is null) return null;
        // If the key was changed by SQL, the cookie still has the old permissions.
        return (key?.Row.Caller ?? CallerOf(session)) is { } caller
            ? new Credential(caller, name, expires, id) { Key = key, SignedOut = end }
            : null;
    }

    static Caller? CallerOf(ClaimsPrincipal session) =>
        Names.TryParse(session.FindFirstValue(ClaimName.Role)!, out Role role)
            ? new Caller(role, session.FindFirstValue(ClaimName.Subject)!)
            {
                Kitchens = session.FindAll(ClaimName.Kitchen).Select(claim => claim.Value)
                    .ToHashSet(StringComparer.Ordinal),
                Channel = session.FindFirstValue(ClaimName.Channel),
            }
            : null;
}
