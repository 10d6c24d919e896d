using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Access;

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
            .Allow(Anyone, Chain)
            .Describe("openSession", "Sign in from a page",
                "With Authorization: Bearer, once. From then on the browser sends a cookie, and each change needs the "
                + "header X-Antiforgery-Token. It ends with the key that it was opened with.")
            .NoIdempotencyKey("A session is a sealed cookie and no row: a second one does no harm, and its cookie is a "
                + "credential that must not be kept to be answered again.")
            .ResponseHeader("Location", always: true, 201)
            .Response<SessionView>(201, "Signed in.");
        session.MapGet("", Get)
            .Allow(Anyone, Chain)
            .Describe("getSession", "Who am I?", "Of a session it tells the antiforgery token too.")
            .Response<SessionView>(200, "You.");
        session.MapDelete("", Close)
            .Allow(Anyone, Chain)
            .Describe("closeSession", "Sign out",
                "The browser forgets the cookie, and a copy of it is good for nothing within five seconds.")
            .Response(204, "Signed out.")
            .Problem(503, "database_away");
        session.MapGet("sign-in", SignInThere)
            .Describe("signIn", "Sign in at the issuer",
                "For a browser to be sent to: it goes on to the OpenID Connect issuer, and comes back with the cookie "
                + "of a session, as openSession gives one. It lasts for twelve hours.")
            .QueryParameter("returnTo", "Where to go then: a path of this site; / without.")
            .ResponseHeader("Location", always: true, 302)
            .Response(302, "To the issuer.")
            .Problem(404, "not_found")
            .Problem(503, "issuer_away")
            .Public();
    }

    static async Task<IResult> Open(HttpContext context, Sessions sessions)
    {
        var credential = context.Credential()!;
        var (cookie, expires) = await sessions.Open(credential, context.RequestAborted);
        context.Response.Cookies.Append(Sessions.Cookie, cookie, Sessions.CookieOptions(context, expires));
        return TypedResults.Created("/v1/session",
            await View(context, sessions, credential with { ExpiresAt = expires, Session = cookie }));
    }

    static async Task<IResult> Get(HttpContext context, Sessions sessions) =>
        TypedResults.Ok(await View(context, sessions, context.Credential()!));

    static async Task<NoContent> Close(HttpContext context, Sessions sessions)
    {
        if (context.Credential()?.Session is { } session) await sessions.End(session, context.RequestAborted);
        context.Response.Cookies.Delete(Sessions.Cookie, Sessions.CookieOptions(context, null));
        return TypedResults.NoContent();
    }

    static async Task<SessionView> View(HttpContext context, Sessions sessions, Credential credential)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = credential.Caller;
        return new SessionView(caller.Role, caller.Id, [.. caller.Kitchens], caller.Channel, credential.ExpiresAt,
            credential.Session is { } session ? await sessions.Antiforgery(session, context.RequestAborted) : null);
    }

    /// <summary>Whoever made the link may choose where to go on: a place here, never another site.</summary>
    static async Task<IResult> SignInThere(HttpContext context, IServiceProvider services)
    {
        if (services.GetService<SignInSeal>() is not { } seal) return Problems.NotFound;
        var query = new Query(context);
        var returnTo = query.Text("returnTo") ?? "/";
        if (query.Problem is { } bad) return bad;
        if (!RedirectHttpResult.IsLocalUrl(returnTo) || returnTo[0] != '/')
            return Problems.BadParameter(Query.Place("returnTo"), "must be a path of this site, such as '/'");
        await seal.Ready(context.RequestAborted);
        try
        {
            await context.ChallengeAsync(SignIn.Scheme, new() { RedirectUri = returnTo });
            return Results.Empty;
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException)
        {
            return Problems.IssuerAway;
        }
    }
}
