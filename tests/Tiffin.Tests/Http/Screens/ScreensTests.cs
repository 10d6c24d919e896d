using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Screens;

public sealed partial class ScreensTests : IAsyncLifetime
{
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start();
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("/operations", "/sign-in?returnTo=%2Foperations")]
    [InlineData("/kitchen/k1?station=a%26b", "/sign-in?returnTo=%2Fkitchen%2Fk1%3Fstation%3Da%2526b")]
    public async Task Without_a_session_a_screen_leads_to_the_sign_in_page_and_back(string path, string target)
    {
        using var browser = new Browser(server);

        using var answer = await browser.Get(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe(target);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
        answer.Headers.Contains("WWW-Authenticate").ShouldBeFalse();
        (await browser.Get(target)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // Fails if a file that the build could not compress is sent as an empty one.
    [Fact]
    public void A_file_has_the_compressed_copies_that_the_build_made_and_no_others()
    {
        var content = new ReadOnlyMemory<byte>([1]);

        var files = WebAssets.GroupByName(new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["small.js"] = content, ["large.js"] = content, ["large.js.br"] = content,
        });

        files.Keys.ShouldBe(["small.js", "large.js"], ignoreOrder: true);
        (files["small.js"].Brotli.HasValue, files["small.js"].Gzip.HasValue).ShouldBe((false, false));
        (files["large.js"].Brotli.HasValue, files["large.js"].Gzip.HasValue).ShouldBe((true, false));
    }

    [Fact]
    public async Task A_session_that_has_ended_leads_to_the_sign_in_page_too()
    {
        using var browser = new Browser(server, cookie: "AAAA");

        (await browser.Get("/operations")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Opening_screens_without_a_session_is_no_failed_sign_in()
    {
        await using var strict = await TestServer.Start(configure: app =>
            app.Configuration["Limits:AuthFailuresBurst"] = "1");
        using var browser = new Browser(strict);

        for (var i = 0; i < 3; i++)
            (await browser.Get("/operations")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await browser.Get("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/operations")]
    [InlineData("/kitchen/k2")]
    [InlineData("/kitchen/k9")]
    public async Task A_screen_that_is_not_theirs_is_a_page_that_explains_it(string path)
    {
        using var browser = await Browser.SignIn(server, Role.Kitchen, ["k1"]);

        using var answer = await browser.Get(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
        (await answer.Content.ReadAsStringAsync()).ShouldBe(await browser.Text("/sign-in"));
    }

    [Fact]
    public async Task Pages_are_revalidated_at_each_use_and_their_files_are_immutable()
    {
        using var browser = await Browser.SignIn(server, Role.Admin, []);
        using var page = await browser.Get("/start");
        var html = await page.Content.ReadAsStringAsync();
        var loaded = Loaded().Matches(html).Select(match => match.Groups[1].Value).ToList();

        page.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'self'");
        (await browser.Get("/start", ifNoneMatch: page.Headers.ETag!.ToString())).StatusCode
            .ShouldBe(HttpStatusCode.NotModified);
        loaded.ShouldContain(path => path.EndsWith(".js"));
        loaded.ShouldContain(path => path.EndsWith(".css"));
        foreach (var path in loaded)
        {
            using var file = await browser.Get(path);
            file.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            file.Headers.CacheControl!.ToString()
                .ShouldBe(path.StartsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
        }
    }

    // A worker's requests are governed by the policy of its script.
    [Fact]
    public async Task Scripts_have_the_policy_of_pages_and_styles_that_of_data()
    {
        using var browser = new Browser(server);
        var loaded = Loaded().Matches(await browser.Text("/sign-in")).Select(match => match.Groups[1].Value).ToList();

        async Task<string> Policy(string extension) =>
            (await browser.Get(loaded.First(path => path.EndsWith(extension)))).Headers
                .GetValues("Content-Security-Policy").Single();
        (await Policy(".js")).ShouldContain("default-src 'self'");
        (await Policy(".css")).ShouldContain("default-src 'none'");
    }

    [Fact]
    public async Task The_service_worker_is_checked_at_each_use_and_may_load_what_pages_may()
    {
        using var browser = new Browser(server);
        using var worker = await browser.Get("/sw.js");

        worker.StatusCode.ShouldBe(HttpStatusCode.OK);
        worker.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        worker.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        worker.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'self'");
    }

    [Fact]
    public async Task Files_are_sent_compressed_to_clients_that_accept_it()
    {
        using var browser = new Browser(server);
        var plain = await browser.Text("/sign-in");
        string[] accepted = ["gzip, deflate, br", "gzip", "br;q=0, gzip;q=0.5", "identity", "br;q=0"];
        string?[] codings = ["br", "gzip", "gzip", null, null];
        var tags = new List<string>();

        foreach (var (accept, coding) in accepted.Zip(codings))
        {
            using var answer = await browser.Get("/sign-in", acceptEncoding: accept);
            answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(coding, accept);
            answer.Headers.Vary.ShouldBe(["Accept-Encoding"]);
            tags.Add($"{coding} {answer.Headers.ETag}");
            await using var content = await answer.Content.ReadAsStreamAsync();
            await using var decoded = coding switch
            {
                "br" => new BrotliStream(content, CompressionMode.Decompress),
                "gzip" => new GZipStream(content, CompressionMode.Decompress),
                _ => content,
            };
            (await new StreamReader(decoded).ReadToEndAsync()).ShouldBe(plain);
        }
        tags.Distinct().Count().ShouldBe(3);
        tags.Select(tag => tag.Split(' ')[1]).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_page_is_the_same_for_everyone_so_it_holds_no_data_and_no_secret()
    {
        using var admin = await Browser.SignIn(server, Role.Admin, []);
        using var cook = await Browser.SignIn(server, Role.Kitchen, ["k1"]);
        using var stranger = new Browser(server);
        using var page = await admin.Get("/start");

        (await page.Content.ReadAsStringAsync()).ShouldBe(await stranger.Text("/sign-in"));
        (await cook.Text("/start")).ShouldBe(await stranger.Text("/pair"));
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Theory]
    [InlineData("board", 40_000)]
    [InlineData("operations", 70_000)]
    [InlineData("stock", 70_000)]
    [InlineData("analytics", 70_000)]
    [InlineData("door", 70_000)]
    public async Task The_scripts_of_a_screen_stay_within_their_size_limit(string screen, int bytesMax)
    {
        using var admin = await Browser.SignIn(server, Role.Admin, []);
        var address = screen switch
        {
            "board" => "/kitchen/k1", "stock" => "/stock/k1", "door" => "/start", _ => $"/{screen}",
        };
        var scripts = Loaded().Matches(await admin.Text(address)).Select(match => match.Groups[1].Value)
            .Where(path => path.EndsWith(".js")).ToList();

        scripts.ShouldNotBeEmpty();
        var bytes = 0L;
        foreach (var script in scripts)
            bytes += (await admin.Get(script, acceptEncoding: "br")).Content.Headers.ContentLength!.Value;
        bytes.ShouldBeLessThanOrEqualTo(bytesMax);
    }

    [Theory]
    [InlineData("/assets/none.js")]
    [InlineData("/assets/..%2fdoor.html")]
    [InlineData("/door.html")]
    [InlineData("/.vite/manifest.json")]
    [InlineData("/wwwroot/door.html")]
    public async Task Only_the_files_of_the_screens_are_served(string path)
    {
        using var browser = new Browser(server);

        (await browser.Get(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_root_leads_people_with_a_session_to_their_screens_and_all_others_to_the_reference()
    {
        using var stranger = new Browser(server);
        using var forger = new Browser(server, cookie: "AAAA");
        using var manager = await Browser.SignIn(server, Role.Manager, ["k1"]);

        (await stranger.Get("/")).Headers.Location!.OriginalString.ShouldBe("/docs");
        (await forger.Get("/")).Headers.Location!.OriginalString.ShouldBe("/docs");
        (await manager.Get("/")).Headers.Location!.OriginalString.ShouldBe("/start");
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Loaded();
}
