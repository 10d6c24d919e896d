using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Access;

/// <summary>
/// Browser sessions: a key or token is exchanged for an HttpOnly, SameSite cookie, so that an event stream needs no
/// credential in its URL.
/// </summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/v1/session").WithTags("Access");
        session.MapPost("", Open)
            .Allow(Anyone, Chain)
            .Describe("openSession", "Open a browser session",
                "Exchanges Authorization: Bearer for a session cookie. Requests with the cookie that change anything "
                + "need the header X-Antiforgery-Token. The session ends when its key is revoked.")
            .NoIdempotencyKey("A session is a sealed cookie without a row: a duplicate does no harm, and the cookie is "
                + "a credential that must not be stored for a replay.")
            .ResponseHeader("Location", always: true, 201)
            .Response<SessionView>(201, "Signed in.");
        session.MapGet("", Get)
            .Allow(Anyone, Chain)
            .Describe("getSession", "Read your identity",
                "Includes the anti-forgery token if the request has a session cookie.")
            .Response<SessionView>(200, "The authenticated caller.");
        session.MapDelete("", Close)
            .Allow(Anyone, Chain)
            .Describe("closeSession", "Sign out",
                "Deletes the cookie. Copies of it are rejected within five seconds. A paired device must be paired "
                + "again.")
            .Response(204, "Signed out.");
        session.MapGet("methods", async (IAuthenticationSchemeProvider schemes) =>
                TypedResults.Ok(new SignInMethodsView(await schemes.GetSchemeAsync(SignIn.Scheme) is not null)))
            .Describe("getSignInMethods", "Read how to sign in", "For a sign-in page.")
            .Response<SignInMethodsView>(200, "The methods of this installation.")
            .Public();
        session.MapGet("sign-in", SignInAtIssuer)
            .Describe("signIn", "Sign in at the OpenID Connect issuer",
                "Redirects the browser to the issuer, which returns it with a session cookie like that of openSession. "
                + "The session lasts twelve hours. If the sign-in fails, the browser is redirected to /sign-in?why=: "
                + "account (no role), again (not completed), wait (too many attempts) or away (the issuer does not "
                + "respond).")
            .QueryParameter("returnTo", "Where to redirect after the sign-in: a path of this site. Defaults to /.")
            .ResponseHeader("Location", always: true, 302)
            .Response(302, "Redirect to the issuer; to /sign-in if it does not respond.")
            .Problem(404, "not_found")
            .Public();
    }

    static async Task<IResult> Open(HttpContext context, Sessions sessions)
    {
        var session = await sessions.Open(context, context.Credential()!);
        return TypedResults.Created("/v1/session", View(context, sessions, session));
    }

    static Ok<SessionView> Get(HttpContext context, Sessions sessions) =>
        TypedResults.Ok(View(context, sessions, context.Credential()!));

    static async Task<NoContent> Close(HttpContext context, Sessions sessions)
    {
        await sessions.End(context);
        return TypedResults.NoContent();
    }

    static SessionView View(HttpContext context, Sessions sessions, Credential credential)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = credential.Caller;
        return new SessionView(caller.Role, caller.Id, [.. caller.Kitchens], caller.Channel, credential.ExpiresAt,
            credential.Session is { } session ? sessions.AntiforgeryToken(session) : null);
    }

    // Local paths only: otherwise a crafted link would be an open redirect.
    static async Task<IResult> SignInAtIssuer(HttpContext context, IAuthenticationSchemeProvider schemes)
    {
        if (await schemes.GetSchemeAsync(SignIn.Scheme) is null) return Problems.NotFound;
        var query = new Query(context);
        var returnTo = query.Text("returnTo") ?? "/";
        if (query.Problem is { } bad) return bad;
        if (!RedirectHttpResult.IsLocalUrl(returnTo) || returnTo[0] != '/')
            return Problems.BadParameter(Query.Pointer("returnTo"), "must be a path of this site, such as '/'");
        try
        {
            await context.ChallengeAsync(SignIn.Scheme, new() { RedirectUri = returnTo });
            return Results.Empty;
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException)
        {
            return Results.Redirect(SignIn.FailureUrl(SignInFailure.IssuerAway, returnTo));
        }
    }
}
