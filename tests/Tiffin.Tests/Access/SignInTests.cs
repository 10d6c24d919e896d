using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class SignInTests : IClassFixture<SignInTests.World>
{
    readonly TestIssuer issuer;
    readonly TestServer server;
    readonly TestServer other;

    public SignInTests(World world)
    {
        (issuer, server, other) = (world.Issuer, world.Server, world.Other);
        issuer.Redeemed = 0;
        issuer.Person = token =>
        {
            token.Claims["sub"] = "priya";
            token.Claims["role"] = "manager";
            token.Claims["kitchens"] = new[] { "k1" };
        };
    }

    /// <summary>An issuer and two nodes: a sign-in may begin at one and end at the other.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestIssuer Issuer { get; private set; } = null!;
        internal TestServer Server { get; private set; } = null!;
        internal TestServer Other { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Issuer = await TestIssuer.Start();
            Server = await TestServer.Start(configure: app => Trust(app, Issuer.Address));
            await SmallChain.Open(Server);
            Other = await TestServer.Start(Server.ConnectionString, app => Trust(app, Issuer.Address));
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Other.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }

    static void Trust(WebApplicationBuilder app, string issuer)
    {
        app.Configuration["Access:Jwt:Authority"] = issuer;
        app.Configuration["Access:Jwt:RequireHttps"] = "false";
        app.Configuration["Access:SignIn:ClientId"] = TestIssuer.ClientId;
    }

    [Fact]
    public async Task The_sign_in_methods_show_whether_an_issuer_is_configured()
    {
        await using var lonely = await TestServer.Start();

        (await server.Stranger().GetStringAsync("/v1/session/methods")).ShouldBe("""{"openIdConnect":true}""");
        (await lonely.Stranger().GetStringAsync("/v1/session/methods")).ShouldBe("""{"openIdConnect":false}""");
    }

    [Fact]
    public async Task A_user_of_the_issuer_gets_a_session_like_that_of_a_key()
    {
        using var browser = new Browser();
        var back = await browser.GoThere(server, "/v1/session/sign-in?returnTo=/board?kitchen=k1");

        // Through the other node, which did not start this sign-in.
        var answer = await browser.Get(new Uri(other.Address, back.PathAndQuery));

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/board?kitchen=k1");
        var set = answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("tiffin-session="));
        set.ShouldContain("; httponly");
        set.ShouldContain("; secure");
        set.ShouldContain("; samesite=lax");
        answer.Headers.Contains("X-Content-Type-Options").ShouldBeTrue();
        var me = JsonNode.Parse(await (await browser.Get(new Uri(server.Address, "/v1/session")))
            .Content.ReadAsStringAsync())!;
        ((string?)me["role"], (string?)me["subject"]).ShouldBe(("manager", "priya"));
        me["kitchens"]!.AsArray().Select(kitchen => (string?)kitchen).ShouldBe(["k1"]);
        (await browser.SetMode(server, "k1", antiforgery: null)).ShouldBe(HttpStatusCode.Forbidden);
        (await browser.SetMode(server, "k1", (string?)me["antiforgeryToken"])).ShouldBe(HttpStatusCode.OK);
        (await browser.SetMode(server, "k2", (string?)me["antiforgeryToken"])).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/signout-oidc")]
    [InlineData("/signout-callback-oidc")]
    public async Task No_link_signs_a_person_out(string path)
    {
        using var browser = new Browser();
        await browser.Get(await browser.GoThere(server));
        browser.Cookies.Keys.ShouldContain("tiffin-session");

        (await browser.Get(new Uri(server.Address, path))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        browser.Cookies.Keys.ShouldContain("tiffin-session");
    }

    [Fact]
    public async Task A_code_works_once_and_only_in_the_browser_that_started_the_sign_in()
    {
        using var browser = new Browser();
        using var thief = new Browser();
        var back = await browser.GoThere(server);

        ShouldBeRefused(await thief.Get(back));
        issuer.Redeemed.ShouldBe(0);
        var cookies = browser.Cookies;
        (await browser.Get(back)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        ShouldBeRefused(await browser.Get(back));
        issuer.Redeemed.ShouldBe(1);

        // Even with the cookies that the response deleted, the issuer no longer accepts the code.
        using var stubborn = new Browser { Cookies = cookies };
        ShouldBeRefused(await stubborn.Get(back));
        issuer.Redeemed.ShouldBe(2);
    }

    [Fact]
    public async Task The_state_of_another_sign_in_or_none_is_refused()
    {
        using var browser = new Browser();
        using var attacker = new Browser();
        var (mine, theirs) = (await browser.GoThere(server), await attacker.GoThere(server));
        var state = mine.Query[mine.Query.IndexOf("&state=")..];

        // The attacker's code in the victim's browser would sign the victim in as the attacker.
        ShouldBeRefused(await browser.Get(theirs));
        ShouldBeRefused(await browser.Get(new Uri(mine.AbsoluteUri.Replace(state, ""))));
        ShouldBeRefused(await browser.Get(new Uri(mine.AbsoluteUri[..^2])));
        ShouldBeRefused(await browser.Get(new Uri(server.Address, "/v1/session/callback")));
        ShouldBeRefused(await browser.Get(
            new Uri(server.Address, "/v1/session/callback?error=access_denied&" + state[1..])));
        issuer.Redeemed.ShouldBe(0);
    }

    public static TheoryData<string> Tokens => [.. Wrong.Keys];

    static readonly Dictionary<string, Action<Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor>> Wrong = new()
    {
        ["another nonce"] = token => token.Claims["nonce"] = "another",
        ["no nonce"] = token => token.Claims.Remove("nonce"),
        // Tokens for the API have another audience than those of a sign-in.
        ["another audience"] = token => token.Audience = "tiffin",
        ["another issuer"] = token => token.Issuer = "https://elsewhere.example",
        ["expired"] = token => (token.NotBefore, token.Expires) =
            (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddMinutes(-2)),
        ["an internal role"] = token => token.Claims["role"] = "system",
        ["no sub"] = token => token.Claims.Remove("sub"),
        ["another key"] = token => token.SigningCredentials = new(
            new Microsoft.IdentityModel.Tokens.RsaSecurityKey(System.Security.Cryptography.RSA.Create(2048))
            {
                KeyId = "key-1",
            }, "RS256"),
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_that_was_not_made_for_this_sign_in_is_refused(string how)
    {
        using var browser = new Browser();
        var back = await browser.GoThere(server);
        issuer.Person += Wrong[how];
        var why = how is "an internal role" or "no sub" ? "account" : "again";

        ShouldBeRefused(await browser.Get(back), why);

        issuer.Redeemed.ShouldBe(1);
        browser.Cookies.Keys.ShouldNotContain("tiffin-session");
    }

    [Fact]
    public async Task No_redirect_leads_to_another_site()
    {
        using var browser = new Browser();
        string[] places = ["https://evil.example", "//evil.example", "/%5Cevil.example", "~/x", "board", "/%0Ax"];
        foreach (var place in places)
        {
            var answer = await browser.Get(new Uri(server.Address, $"/v1/session/sign-in?returnTo={place}"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, place);
        }
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_reported_and_frequent_attempts_are_limited()
    {
        await using var lonely = await TestServer.Start(configure: app =>
        {
            Trust(app, "http://127.0.0.1:9");
            app.Configuration["Limits:AuthFailuresBurst"] = "3";
            app.Configuration["Limits:AuthFailuresPerSecond"] = "0.001";
        });

        using var browser = new Browser();

        ShouldBeSentTo("/sign-in?why=away&returnTo=%2Fkitchen%2Fk1",
            await browser.Get(new Uri(lonely.Address, "/v1/session/sign-in?returnTo=/kitchen/k1")));
        await ShouldSlowDown(lonely);
    }

    [Fact]
    public async Task An_issuer_that_goes_away_during_a_sign_in_is_reported_too()
    {
        var passing = await TestIssuer.Start();
        await using var node = await TestServer.Start(configure: app => Trust(app, passing.Address));
        using var browser = new Browser();
        var back = await browser.GoThere(node);
        await passing.DisposeAsync();

        ShouldBeSentTo("/sign-in?why=away&returnTo=%2F", await browser.Get(back));
    }

    /// <summary>Failed sign-ins are counted, audited and rate-limited like other invalid credentials.</summary>
    static async Task ShouldSlowDown(TestServer server)
    {
        using var measured = new Measurements(server);
        using var stranger = new Browser();

        foreach (var why in new[] { "again", "again", "again", "wait" })
            ShouldBeSentTo($"/sign-in?why={why}",
                await stranger.Get(new Uri(server.Address, "/v1/session/callback?code=x&state=y")));

        measured.Of("tiffin.access.rejected").Count(one => one.Tag == "sign_in").ShouldBe(4);
        await Eventually.Holds(async () => (await server.Get("/v1/audit"))["data"]!.AsArray()
            .Count(entry => (string?)entry!["operation"] == "GET /v1/session/callback"
                && (int?)entry["status"] == 401) == 3, "entries of the audit log");
    }

    /// <summary>A person gets a page with the reason; JSON would be a dead end.</summary>
    static void ShouldBeRefused(HttpResponseMessage answer, string why = "again") =>
        ShouldBeSentTo($"/sign-in?why={why}", answer);

    static void ShouldBeSentTo(string page, HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldStartWith(page);
    }

    /// <summary>
    /// Keeps cookies and stops at each redirect. It handles the cookies itself: other clients, unlike browsers, send no
    /// secure cookie to 127.0.0.1.
    /// </summary>
    sealed class Browser : IDisposable
    {
        readonly HttpClient http = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });

        public IReadOnlyDictionary<string, string> Cookies { get; set; } = new Dictionary<string, string>();

        /// <summary>From a node to the issuer; returns where the issuer redirects the browser to.</summary>
        public async Task<Uri> GoThere(TestServer node, string path = "/v1/session/sign-in")
        {
            var there = await Get(new Uri(node.Address, path));
            there.StatusCode.ShouldBe(HttpStatusCode.Redirect, await there.Content.ReadAsStringAsync());
            var back = await Get(there.Headers.Location!);
            back.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            return back.Headers.Location!;
        }

        public Task<HttpResponseMessage> Get(Uri address) => Send(new HttpRequestMessage(HttpMethod.Get, address));

        public async Task<HttpStatusCode> SetMode(TestServer node, string kitchen, string? antiforgery)
        {
            var request = new HttpRequestMessage(
                HttpMethod.Put, new Uri(node.Address, $"/v1/kitchens/{kitchen}/mode"))
            {
                Content = JsonContent.Create(new { mode = "busy" }),
            };
            if (antiforgery is not null) request.Headers.Add(Sessions.AntiforgeryHeader, antiforgery);
            return (await Send(request)).StatusCode;
        }

        async Task<HttpResponseMessage> Send(HttpRequestMessage request)
        {
            if (Cookies.Count > 0)
                request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(pair => $"{pair.Key}={pair.Value}")));
            var answer = await http.SendAsync(request);
            var jar = new Dictionary<string, string>(Cookies);
            if (answer.Headers.TryGetValues("Set-Cookie", out var set))
                foreach (var pair in set.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
                {
                    if (pair[1].Length > 0) jar[pair[0]] = pair[1];
                    else jar.Remove(pair[0]);
                }
            Cookies = jar;
            return answer;
        }

        public void Dispose() => http.Dispose();
    }
}
