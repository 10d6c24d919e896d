using System.Net;
using System.Net.Http.Json;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class HeaderTests(HeaderTests.World world) : IClassFixture<HeaderTests.World>
{
    const string Listed = "https://staff.example";

    readonly TestServer server = world.Server;

    /// <summary>A server that pages of one other origin may call.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await TestServer.Start(
            configure: app => app.Configuration["Access:AllowedOrigins:0"] = Listed);

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/v1/orders", 200)]
    [InlineData("GET", "/v1/orders/none", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("PATCH", "/v1/orders", 405)]
    [InlineData("TRACE", "/v1/orders", 405)]
    [InlineData("POST", "/v1/keys", 400)]
    [InlineData("GET", "/docs/index.html", 200)]
    [InlineData("GET", "/health/live", 200)]
    public async Task Every_response_has_the_security_headers(string method, string path, int status)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent("{", null, "application/json");
        using var answer = await server.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        string Header(string name) =>
            answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("X-Frame-Options").ShouldBe("DENY");
        Header("Referrer-Policy").ShouldBe("no-referrer");
        Header("Strict-Transport-Security").ShouldContain("max-age=31536000");
        Header("Content-Security-Policy").ShouldNotContain("unsafe");
        Header("Content-Security-Policy").ShouldContain(path.StartsWith("/docs") ? "'self'" : "default-src 'none'");
        Header("Server").ShouldBeEmpty();
        if (path.StartsWith("/v1")) Header("Cache-Control").ShouldStartWith("no-store");
    }

    [Theory]
    [InlineData(Listed, true)]
    [InlineData("https://staff.example.evil.test", false)]
    [InlineData("http://staff.example", false)]
    [InlineData("null", false)]
    public async Task Pages_of_listed_origins_may_ask_and_no_others(string origin, bool allowed)
    {
        var ask = new HttpRequestMessage(HttpMethod.Options, "/v1/orders");
        ask.Headers.Add("Origin", origin);
        ask.Headers.Add("Access-Control-Request-Method", "GET");
        var preflight = await server.Client.SendAsync(ask);
        var get = new HttpRequestMessage(HttpMethod.Get, "/v1/orders");
        get.Headers.Add("Origin", origin);
        var answer = await server.Client.SendAsync(get);

        preflight.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(allowed);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(allowed);
        answer.StatusCode.ShouldBe(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }
}
