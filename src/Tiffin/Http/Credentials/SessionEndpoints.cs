using Microsoft.AspNetCore.Http.HttpResults;
using Tiffin.Access;
using Tiffin.Http.OpenApi;

namespace Tiffin.Http.Credentials;

/// <summary>
/// For pages: whoever signs in with a key or a token gets a cookie that no script can read and that other sites
/// cannot use, so that even a stream of events needs no secret in its address.
/// </summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/v1/session").WithTags("Access");
        session.MapPost("", Open)
            .Describe("openSession", "Sign in from a page",
                "With Authorization: Bearer, once. From then on the browser sends a cookie, and each change needs the "
                + "header X-Antiforgery-Token. It ends with the key that it was opened with.")
            .Answers<SessionView>(201, "Signed in.");
        session.MapGet("", Get)
            .Describe("getSession", "Who am I?", "Of a session it tells the antiforgery token too.")
            .Answers<SessionView>(200, "You.");
        session.MapDelete("", Close)
            .Describe("closeSession", "Sign out", "The browser forgets the cookie.")
            .Answers(204, "Signed out.");
    }

    static async Task<IResult> Open(HttpContext context, Sessions sessions, IHostEnvironment environment)
    {
        var credential = context.Credential()!;
        var (cookie, expires) = await sessions.Open(credential, context.RequestAborted);
        context.Response.Cookies.Append(Sessions.Cookie, cookie, Options(context, environment, expires));
        return TypedResults.Created("/v1/session",
            await View(context, sessions, credential with { ExpiresAt = expires, Session = cookie }));
    }

    static async Task<IResult> Get(HttpContext context, Sessions sessions) =>
        TypedResults.Ok(await View(context, sessions, context.Credential()!));

    static NoContent Close(HttpContext context, IHostEnvironment environment)
    {
        context.Response.Cookies.Delete(Sessions.Cookie, Options(context, environment, null));
        return TypedResults.NoContent();
    }

    static async Task<SessionView> View(HttpContext context, Sessions sessions, Credential credential)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = credential.Caller;
        return new SessionView(caller.Role, caller.Id, [.. caller.Kitchens], caller.Channel, credential.ExpiresAt,
            credential.Session is { } session ? await sessions.Antiforgery(session, context.RequestAborted) : null);
    }

    static CookieOptions Options(HttpContext context, IHostEnvironment environment, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        // Not every browser keeps a secure cookie of http://127.0.0.1.
        Secure = context.Request.IsHttps || !environment.IsDevelopment(),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
    };
}
