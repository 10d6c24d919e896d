using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Tiffin.Edge.Access;

/// <summary>The three ways to say who one is, and which of them a request uses.</summary>
static class Schemes
{
    public const string Key = "key";
    public const string Jwt = "token";
    public const string Session = "session";
    public const string Bearer = "Bearer ";
    public const string Challenge = "Bearer realm=\"tiffin\"";

    /// <summary>For the issuer's keys and its answers: whoever waits for them waits no longer than that.</summary>
    public static readonly TimeSpan IssuerPatience = TimeSpan.FromSeconds(10);

    /// <summary>After that the issuer is asked for its keys again; for one that is not known, at once.</summary>
    static readonly TimeSpan keysKept = TimeSpan.FromMinutes(10);

    static readonly object issuerAway = new();

    /// <summary>The way that a request says it; null when it says nothing, or nothing that could be checked.</summary>
    public static string? Of(HttpContext context)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count == 0) return context.Request.Cookies.ContainsKey(Sessions.Cookie) ? Session : null;
        // Two headers are two stories: which one counts would be up to whoever reads them first.
        if (headers is not [{ } header] || !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return null;
        if (header.AsSpan(Bearer.Length).StartsWith(ApiKey.Start)) return Key;
        return context.RequestServices.GetRequiredService<IOptions<JwtOptions>>().Value.Authority is null ? null : Jwt;
    }

    /// <summary>What stands behind <see cref="Bearer"/>.</summary>
    public static string Token(HttpContext context) =>
        context.Request.Headers.Authorization.ToString()[Bearer.Length..];

    /// <summary>What was wrong with a request that said nothing good of its caller, for those who count.</summary>
    public static string Refused(HttpContext context) => Of(context)
        ?? (context.Request.Headers.Authorization.Count == 0 ? "nothing" : "unreadable");

    /// <summary>Whether a token could not be judged, since the issuer has never told its keys.</summary>
    public static bool IsIssuerAway(HttpContext context) => context.Items.ContainsKey(issuerAway);

    public static void AddSchemes(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Access:Jwt");
        builder.Services.Configure<JwtOptions>(section);
        var issuer = section.Get<JwtOptions>() ?? new();
        var schemes = builder.Services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(Session, null)
            .AddJwtBearer(Jwt, bearer => Configure(bearer, issuer));
        // A key that the issuer shows no more may have been stolen: not good for an hour longer.
        builder.Services.PostConfigure<JwtBearerOptions>(Jwt, bearer =>
            ((BaseConfigurationManager)bearer.ConfigurationManager!).UseLastKnownGoodConfiguration = false);
        builder.AddSignIn(schemes, issuer);
    }

    static void Configure(JwtBearerOptions bearer, JwtOptions options)
    {
        // No issuer, no tokens: the handler is never asked then, but wants an address all the same.
        bearer.Authority = options.Authority ?? "https://issuer.invalid";
        bearer.Audience = options.Audience;
        bearer.RequireHttpsMetadata = options.RequireHttps;
        bearer.MapInboundClaims = false;
        bearer.SaveToken = false;
        bearer.IncludeErrorDetails = false;
        bearer.BackchannelTimeout = IssuerPatience;
        bearer.AutomaticRefreshInterval = keysKept;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAlgorithms = options.AllowedAlgorithms,
            ClockSkew = options.BoundedSkew,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidTypes = ["JWT", "at+jwt"],
        };
        bearer.Events = new JwtBearerEvents
        {
            // The handler takes a token that it has no keys for like one that is signed by a stranger.
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
                if (options.Caller(context.Principal!) is { } caller)
                    context.Principal = new CallerPrincipal(
                        new Credential(caller, $"jwt:{caller.Id}",
                            new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero)), Jwt);
                else context.Fail("the claims name no caller");
                return Task.CompletedTask;
            },
        };
    }
}
