using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>The authentication schemes, and the choice of one for a request.</summary>
static class Schemes
{
    public const string Key = "key";
    public const string Jwt = "token";
    public const string Session = "session";
    public const string Bearer = "Bearer ";
    public const string Challenge = "Bearer realm=\"tiffin\"";

    /// <summary>Timeout of requests to the issuer, which callers wait for.</summary>
    public static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(10);

    // Refresh interval of the issuer's signing keys. An unknown key triggers a refresh at once.
    static readonly TimeSpan signingKeyRefreshInterval = TimeSpan.FromMinutes(10);

    static readonly object issuerAway = new();

    /// <summary>The scheme of a request; null without credentials, or if no scheme can check them.</summary>
    public static string? Of(HttpContext context)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count == 0) return context.Request.Cookies.ContainsKey(Sessions.Cookie) ? Session : null;
        // Two headers are ambiguous: proxies and servers may disagree on which one counts.
        if (headers is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return null;
        if (header.AsSpan(Bearer.Length).StartsWith(ApiKey.Start)) return Key;
        return context.RequestServices.GetRequiredService<IOptions<JwtOptions>>().Value.Authority is null ? null : Jwt;
    }

    public static bool HasCredentials(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0 || context.Request.Cookies.ContainsKey(Sessions.Cookie);

    /// <summary>The credential after <see cref="Bearer"/>.</summary>
    public static string Token(HttpContext context) =>
        context.Request.Headers.Authorization.ToString()[Bearer.Length..];

    /// <summary>The metric label of a failed authentication.</summary>
    public static string FailureLabel(HttpContext context) => Of(context)
        ?? (context.Request.Headers.Authorization.Count == 0 ? "no_credentials" : "malformed");

    /// <summary>Whether a token could not be verified because the issuer's signing keys were never loaded.</summary>
    public static bool IsIssuerAway(HttpContext context) => context.Items.ContainsKey(issuerAway);

    public static void AddSchemes(this WebApplicationBuilder builder)
    {
        builder.AddSettings<JwtOptions>("Access:Jwt").Validate(
            options => options.IsClockSkewValid, "Access:Jwt:ClockSkew must be from 00:00:00 to 00:01:00.");
        var issuer = Settings.Read<JwtOptions>(builder.Configuration, "Access:Jwt");
        var schemes = builder.Services.AddAuthentication()
            .AddCookie(Session, cookie => Sessions.Configure(cookie, builder.Environment))
            .AddJwtBearer(Jwt, bearer => Configure(bearer, issuer));
        // As for keys: a node with a wrong clock must not end a session early or late.
        builder.Services.AddOptions<CookieAuthenticationOptions>(Session)
            .Configure<Database>((cookie, database) => cookie.TimeProvider = database.Clock);
        // A withdrawn signing key may have been stolen: do not accept it for another hour.
        builder.Services.PostConfigure<JwtBearerOptions>(Jwt, bearer =>
            ((BaseConfigurationManager)bearer.ConfigurationManager!).UseLastKnownGoodConfiguration = false);
        builder.AddSignIn(schemes, issuer);
    }

    static void Configure(JwtBearerOptions bearer, JwtOptions options)
    {
        // Without an issuer the handler is never called, but its options must be valid.
        bearer.Authority = options.Authority ?? "https://issuer.invalid";
        bearer.Audience = options.Audience;
        bearer.RequireHttpsMetadata = options.RequireHttps;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.IncludeErrorDetails = false;
        bearer.BackchannelTimeout = IssuerTimeout;
        bearer.AutomaticRefreshInterval = signingKeyRefreshInterval;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = options.AllowedAlgorithms,
            ClockSkew = options.ClockSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidTypes = ["JWT", "at+jwt"],
        };
        bearer.Events = new JwtBearerEvents
        {
            // The handler does not distinguish missing signing keys from a wrong signature.
            OnAuthenticationFailed = async context =>
            {
                try
                {
                    await context.Options.ConfigurationManager!.GetConfigurationAsync(
                        context.HttpContext.RequestAborted);
                }
                catch (InvalidOperationException)
                {
                    context.HttpContext.Items[issuerAway] = issuerAway;
                }
            },
            OnTokenValidated = context =>
            {
                // The issuer uses real time; a sandbox clock may be ahead.
                var ahead = SandboxClock.OffsetOf(
                    context.HttpContext.RequestServices.GetRequiredService<TimeProvider>());
                if (options.Caller(context.Principal!) is { } caller)
                    context.Principal = new CallerPrincipal(
                        new Credential(caller, $"jwt:{caller.Id}",
                            new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero) + ahead), Jwt);
                else context.Fail("the claims name no caller");
                return Task.CompletedTask;
            },
        };
    }
}
