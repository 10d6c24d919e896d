using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Tiffin.Access;

/// <summary>Callers with an API key: <c>Authorization: Bearer tk_…</c>.</summary>
sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var text = Request.Headers.Authorization.ToString()[Schemes.Bearer.Length..];
        if (await keys.Find(text, Context.RequestAborted) is not { } key) return AuthenticateResult.Fail("bad key");
        var credential = new Credential(key.Row.Caller, ApiKey.Start + key.Row.Prefix, key.Row.ExpiresAt)
        {
            Ended = key.Ended,
        };
        return AuthenticateResult.Success(new(new CallerPrincipal(credential, Scheme.Name), Scheme.Name));
    }
}

/// <summary>Browsers with the cookie of a session.</summary>
sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        await sessions.Read(Request.Cookies[Sessions.Cookie]!, Context.RequestAborted) is { } credential
            ? AuthenticateResult.Success(new(new CallerPrincipal(credential, Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail("bad session");
}
