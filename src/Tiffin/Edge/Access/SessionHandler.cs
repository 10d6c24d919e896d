using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Tiffin.Edge.Access;

/// <summary>Authenticates the session cookie of a browser.</summary>
sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        await sessions.Read(Request.Cookies[Sessions.Cookie]!, Context.RequestAborted) is { } credential
            ? AuthenticateResult.Success(new(new CallerPrincipal(credential, Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail("bad session");
}
