using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class SessionTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    const string Path = "/v1/brands/dosa";

    readonly TestServer server = shared.Server;

    [Fact]
    public async Task A_page_signs_in_with_a_key_and_needs_a_token_of_its_own_for_each_change()
    {
        using var page = await SignIn(await server.KeyOf(Role.Admin));

        (await page.Client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Rename(page.Client)).ShouldBe((HttpStatusCode.Forbidden, "antiforgery_missing"));
        (await Rename(page.Client, antiforgery: "guessed")).ShouldBe((HttpStatusCode.Forbidden, "antiforgery_missing"));
        (await Rename(page.Client, page.Antiforgery)).ShouldBe((HttpStatusCode.OK, null));
        (await Rename(page.Client, page.Antiforgery, "https://evil.example"))
            .ShouldBe((HttpStatusCode.Forbidden, "foreign_origin"));
        (await Rename(page.Client, page.Antiforgery, server.Address.GetLeftPart(UriPartial.Authority)))
            .ShouldBe((HttpStatusCode.OK, null));
    }

    [Fact]
    public async Task No_script_reads_the_cookie_and_no_other_site_sends_it()
    {
        using var page = await SignIn(await server.KeyOf(Role.Admin));

        page.SetCookie.ShouldContain("; httponly");
        page.SetCookie.ShouldContain("; secure");
        page.SetCookie.ShouldContain("; samesite=lax");
    }

    [Fact]
    public async Task A_session_sees_what_its_key_sees_and_follows_streams()
    {
        using var page = await SignIn(await server.KeyOf(Role.Kitchen, ["k1"]));
        var head = (string)(await server.Get("/v1/events?after=latest"))["nextCursor"]!;
        await server.Client.Place(SmallChain.Order("k2"));
        await server.Client.Place(SmallChain.Order("k1"));

        using var stream = await page.Client.OpenStream($"/v1/events?after={head}&types=order.placed");
        var first = (await stream.Take(1)).Single();

        ((string?)first.Data["kitchenid"]).ShouldBe("k1");
        (await page.Client.GetAsync("/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_session_ends_with_its_key()
    {
        var made = await server.Client.PostAsJsonAsync("/v1/keys", new { role = "admin", label = "x" });
        var key = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        using var page = await SignIn((string)key["key"]!);

        await server.Client.DeleteAsync($"/v1/keys/{key["id"]}");

        (await page.Client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_has_the_current_permissions_of_its_key()
    {
        await using var own = await TestServer.Start(
            configure: app => app.Configuration["Access:KeyReloadInterval"] = "00:00:00.1");
        using var page = await SignIn(await own.KeyOf(Role.Manager, ["k1"]), own);

        await Session.Run(own.ConnectionString, "UPDATE api_keys SET kitchens = '{k2}' WHERE kitchens = '{k1}'");

        await Eventually.Holds(
            async () => JsonNode.Parse(await page.Client.GetStringAsync("/v1/session"))!["kitchens"]!.ToJsonString(),
            kitchens => kitchens == """["k2"]""");
    }

    [Fact]
    public async Task Signing_out_ends_every_copy_of_the_cookie_on_every_node_and_no_other_session()
    {
        var key = await server.KeyOf(Role.Kitchen, ["k1"]);
        using var page = await SignIn(key);
        using var colleague = await SignIn(key);
        await using var other = await TestServer.Start(server.ConnectionString);
        using var copy = ClientWith(page.Cookie, other);
        (await copy.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/session");
        request.Headers.Add(Sessions.AntiforgeryHeader, page.Antiforgery);

        (await page.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await page.Client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.Holds(
            async () => (await copy.GetAsync("/v1/orders")).StatusCode == HttpStatusCode.Unauthorized,
            "the end of the session on another node");
        (await colleague.Client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
        // A node that starts later knows it too.
        await using var late = await TestServer.Start(server.ConnectionString);
        using var again = ClientWith(page.Cookie, late);
        await Eventually.Holds(
            async () => (await again.GetAsync("/v1/orders")).StatusCode == HttpStatusCode.Unauthorized,
            "the end of the session on a node that starts");
    }

    [Fact]
    public async Task A_node_that_starts_takes_no_session_before_it_knows_who_has_signed_out()
    {
        using var page = await SignIn(await server.KeyOf(Role.Kitchen, ["k1"]));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/session");
        request.Headers.Add(Sessions.AntiforgeryHeader, page.Antiforgery);
        (await page.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await using var holder = await Session.Open(server.ConnectionString);
        await using var hold = new NpgsqlCommand(
            "BEGIN; LOCK TABLE ended_sessions IN ACCESS EXCLUSIVE MODE", holder);
        await hold.ExecuteNonQueryAsync();
        await using var late = await TestServer.Start(server.ConnectionString);
        using var copy = ClientWith(page.Cookie, late);

        var asked = copy.GetAsync("/v1/orders");

        await using var waiting = new NpgsqlCommand(
            "SELECT count(*) FROM pg_locks WHERE relation = 'ended_sessions'::regclass AND NOT granted", holder);
        // Each node also polls for sign-outs.
        await Eventually.Holds(
            async () => (asked.IsCompleted, Waiting: (long)(await waiting.ExecuteScalarAsync())!),
            state => state.IsCompleted || state.Waiting >= 3);
        await using var release = new NpgsqlCommand("ROLLBACK", holder);
        await release.ExecuteNonQueryAsync();
        // 503 if the machine paused for longer than PostgreSQL lets a statement wait for a lock.
        (await asked).StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable);
        await Eventually.Holds(async () => (await copy.GetAsync("/v1/orders")).StatusCode,
            status => status == HttpStatusCode.Unauthorized, "the end of the session");
    }

    [Fact]
    public async Task Signing_out_ends_the_sessions_that_were_opened_from_the_session()
    {
        using var page = await SignIn(await server.KeyOf(Role.Kitchen, ["k1"]));
        using var open = new HttpRequestMessage(HttpMethod.Post, "/v1/session");
        open.Headers.Add(Sessions.AntiforgeryHeader, page.Antiforgery);
        using var opened = await page.Client.SendAsync(open);
        opened.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var derived = ClientWith(CookieOf(opened), server);
        (await derived.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var end = new HttpRequestMessage(HttpMethod.Delete, "/v1/session");
        end.Headers.Add(Sessions.AntiforgeryHeader, page.Antiforgery);

        await page.Client.SendAsync(end);

        (await derived.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_ends_the_streams_of_the_session_on_every_node_and_no_other_sessions()
    {
        var key = await server.KeyOf(Role.Kitchen, ["k1"]);
        using var page = await SignIn(key);
        using var colleague = await SignIn(key);
        await using var other = await TestServer.Start(server.ConnectionString);
        using var copy = ClientWith(page.Cookie, other);
        using var here = await page.Client.OpenStream("/v1/events");
        using var there = await copy.OpenStream("/v1/events");
        using var another = await colleague.Client.OpenStream("/v1/events?types=order.placed");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/session");
        request.Headers.Add(Sessions.AntiforgeryHeader, page.Antiforgery);

        (await page.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await here.Content.ReadAsStringAsync().WaitAsync(Eventually.Patience)).ShouldStartWith("retry:");
        (await there.Content.ReadAsStringAsync().WaitAsync(Eventually.Patience)).ShouldStartWith("retry:");
        await server.Client.Place(SmallChain.Order());
        (await another.Take(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_token_belongs_to_one_session()
    {
        var key = await server.KeyOf(Role.Admin);
        using var page = await SignIn(key);
        using var colleague = await SignIn(key);

        (await Rename(page.Client, colleague.Antiforgery)).ShouldBe((HttpStatusCode.Forbidden, "antiforgery_missing"));
        (await Rename(page.Client, page.Antiforgery + "A")).ShouldBe((HttpStatusCode.Forbidden, "antiforgery_missing"));
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours()
    {
        await using var sandbox = await Sandbox.Start();
        using var page = await SignIn(await sandbox.KeyOf(Role.Kitchen, ["k1"]), sandbox);

        await Sandbox.Advance(sandbox, 12 * 60 - 1);
        (await page.Client.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Sandbox.Advance(sandbox, 2);
        (await page.Client.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_node_whose_clock_is_ahead_ends_no_session_early()
    {
        using var page = await SignIn(await server.KeyOf(Role.Kitchen, ["k1"]));
        var clock = new ShiftedClock(TimeSpan.FromHours(13));
        await using var ahead = await TestServer.Start(
            server.ConnectionString, app => app.Services.AddSingleton<TimeProvider>(clock));
        using var copy = ClientWith(page.Cookie, ahead);

        (await copy.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Nodes share sessions through the master key only: no node needs data that another one wrote.</summary>
    [Fact]
    public async Task A_cookie_is_valid_on_every_node_with_the_master_key_and_on_no_other()
    {
        await using var one = await With(1);
        await using var same = await With(1);
        await using var another = await With(2);
        using var page = await SignIn(await one.KeyOf(Role.Kitchen, ["k1"]), one);
        using var there = ClientWith(page.Cookie, same);
        using var elsewhere = ClientWith(page.Cookie, another);

        (await there.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        Task<TestServer> With(byte key) => TestServer.Start(server.ConnectionString, app =>
            app.Configuration["Tiffin:MasterKey"] = Convert.ToBase64String(Enumerable.Repeat(key, 32).ToArray()));
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_refused()
    {
        using var page = await SignIn(await server.KeyOf(Role.Kitchen, ["k1"]));
        var cookie = page.Cookie;

        string[] all = [cookie[..^1], cookie + "A", "A" + cookie[1..], "", "AAAA", "%", cookie + cookie];
        foreach (var changed in all)
        {
            using var client = server.Stranger();
            client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", $"tiffin-session={changed}");
            (await client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, changed);
        }
    }

    async Task<Page> SignIn(string key, TestServer? node = null)
    {
        using var signing = (node ?? server).ClientWith(key);
        using var answer = await signing.PostAsync("/v1/session", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var view = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var (setCookie, cookie) = (answer.Headers.GetValues("Set-Cookie").Single(), CookieOf(answer));
        return new Page(ClientWith(cookie, node ?? server), cookie, setCookie, (string)view["antiforgeryToken"]!);
    }

    static string CookieOf(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]["tiffin-session=".Length..];

    // Set explicitly: this client, unlike browsers, sends no secure cookie to 127.0.0.1.
    static HttpClient ClientWith(string cookie, TestServer node)
    {
        var client = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", $"tiffin-session={cookie}");
        return client;
    }

    static async Task<(HttpStatusCode, string?)> Rename(
        HttpClient client, string? antiforgery = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Path)
        {
            Content = JsonContent.Create(new { name = "Dosa Corner" }),
        };
        if (antiforgery is not null) request.Headers.Add(Sessions.AntiforgeryHeader, antiforgery);
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await client.SendAsync(request);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (answer.StatusCode, (string?)body["code"]);
    }

    sealed record Page(HttpClient Client, string Cookie, string SetCookie, string Antiforgery) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }
}
