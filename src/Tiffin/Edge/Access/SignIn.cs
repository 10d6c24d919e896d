using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Tiffin.Engine.Hosting;

namespace Tiffin.Edge.Access;

/// <summary>
/// Browser sign-in with OpenID Connect (authorization code flow with PKCE), which opens a session like that of an API
/// key. Tokens of the issuer are not kept, neither here nor in the browser.
/// </summary>
static class SignIn
{
    public const string Scheme = "sign-in";
    public const string CallbackPath = "/v1/session/callback";

    /// <summary>The page where a person signs in; it also explains why they are not signed in yet.</summary>
    public const string Page = "/sign-in";

    /// <summary>Does nothing if the issuer or the client id is not configured.</summary>
    public static void AddSignIn(this WebApplicationBuilder builder, AuthenticationBuilder schemes, JwtOptions issuer)
    {
        builder.AddSettings<SignInOptions>("Access:SignIn");
        var options = Settings.Read<SignInOptions>(builder.Configuration, "Access:SignIn");
        if (options.ClientId is null || issuer.Authority is null) return;
        schemes.AddOpenIdConnect(Scheme, oidc => Configure(oidc, issuer, options, builder.Environment));
    }

    static void Configure(
        OpenIdConnectOptions oidc, JwtOptions issuer, SignInOptions options, IHostEnvironment environment)
    {
        oidc.Authority = issuer.Authority;
        oidc.RequireHttpsMetadata = issuer.RequireHttps;
        oidc.SignInScheme = Schemes.Session;
        oidc.ClientId = options.ClientId;
        oidc.ClientSecret = options.ClientSecret;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes.Prepend("openid")) oidc.Scope.Add(scope);
        oidc.CallbackPath = CallbackPath;
        // By default any link to /signout-oidc would delete the session's cookie, without an antiforgery token.
        oidc.RemoteSignOutPath = PathString.Empty;
        oidc.SignedOutCallbackPath = PathString.Empty;
        oidc.MapInboundClaims = false;
        oidc.DisableTelemetry = true;
        oidc.BackchannelTimeout = Schemes.IssuerTimeout;
        oidc.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = issuer.AllowedAlgorithms,
            ClockSkew = issuer.ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
        };
        foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
        {
            // The issuer redirects with a top-level GET, which includes lax cookies.
            cookie.SameSite = SameSiteMode.Lax;
            if (environment.IsDevelopment()) cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
        oidc.Events = Events(issuer, options);
    }

    static OpenIdConnectEvents Events(JwtOptions issuer, SignInOptions options) => new()
    {
        OnRedirectToIdentityProvider = context =>
        {
            if (options.PublicUrl is { Length: > 0 } url)
                context.ProtocolMessage.RedirectUri = url.TrimEnd('/') + CallbackPath;
            return Task.CompletedTask;
        },
        OnTokenValidated = context =>
        {
            if (issuer.Caller(context.Principal!) is { } caller)
                context.Principal = Sessions.CreatePrincipal(new Credential(caller, $"jwt:{caller.Id}", null));
            else context.Fail(new NoCallerException(context.Properties?.RedirectUri));
            return Task.CompletedTask;
        },
        OnRemoteFailure = context =>
        {
            // An outage of the issuer is not a failed attempt: it must not count against the limit of the address.
            var why = context.Failure is HttpRequestException or OperationCanceledException or IOException
                ? SignInFailure.IssuerAway
                : RecordFailure(context.HttpContext, context.Failure);
            var returnTo = context.Properties?.RedirectUri ?? (context.Failure as NoCallerException)?.ReturnTo;
            context.Response.Redirect(FailureUrl(why, returnTo));
            context.HandleResponse();
            return Task.CompletedTask;
        },
    };

    /// <summary>URL of the sign-in page, which shows the reason to a person who is not signed in.</summary>
    public static string FailureUrl(string reason, string? returnTo) =>
        $"{Page}?why={reason}" + (returnTo is null ? "" : $"&returnTo={Uri.EscapeDataString(returnTo)}");

    // Counted, audited and rate-limited like any failed authentication; the audit log has the status of a refusal.
    static string RecordFailure(HttpContext context, Exception? failure)
    {
        var services = context.RequestServices;
        services.GetRequiredService<AccessMetrics>().Rejected("sign_in");
        var failures = services.GetRequiredService<CallerLimits>().Failures(context.Connection.RemoteIpAddress);
        if (!failures.TryTake(out _, out var unwritten))
            return SignInFailure.TooOften;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        services.GetRequiredService<AuditTrail>().RecordRejection(context, unwritten);
        return failure is NoCallerException ? SignInFailure.NoRole : SignInFailure.NotCompleted;
    }

    // The failure event of such a token lacks the sign-in's properties.
    sealed class NoCallerException(string? returnTo) : AuthenticationFailureException("the claims name no caller")
    {
        public string? ReturnTo => returnTo;
    }
}

/// <summary>Why a sign-in at the issuer failed or could not start: values of the sign-in page's <c>why</c>.</summary>
static class SignInFailure
{
    public const string NoRole = "account";
    public const string NotCompleted = "again";
    public const string TooOften = "wait";
    public const string IssuerAway = "away";
}
