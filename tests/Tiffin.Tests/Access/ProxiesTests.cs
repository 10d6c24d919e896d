using System.Net;
using Microsoft.AspNetCore.Builder;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>The client address of requests that come through a proxy.</summary>
public sealed class ProxiesTests
{
    [Fact]
    public async Task Behind_a_known_proxy_each_client_has_bounds_of_its_own_and_cannot_pass_for_another()
    {
        await using var server = await Start("127.0.0.1", "::1", "10.0.0.0/8");

        (await Guess(server, "203.0.113.7", 3)).ShouldBe([401, 401, 429]);
        (await Guess(server, "203.0.113.8", 1)).ShouldBe([401]);
        // The client's own value comes first, followed by what the proxies add.
        (await Guess(server, "203.0.113.9, 203.0.113.7", 1)).ShouldBe([429]);
        (await Guess(server, "203.0.113.7, 10.1.2.3", 1)).ShouldBe([429]);

        await Eventually.Holds(() => Addresses(server), addresses => addresses.Count >= 3, "entries of the audit log");
        (await Addresses(server)).Order().ShouldBe(["203.0.113.7", "203.0.113.7", "203.0.113.8"]);
    }

    [Theory]
    [InlineData]
    [InlineData("192.0.2.1", "10.0.0.0/8")]
    public async Task The_headers_of_an_unknown_proxy_are_ignored(params string[] proxies)
    {
        await using var server = await Start(proxies);

        (await Guess(server, "203.0.113.7", 2)).ShouldBe([401, 401]);
        (await Guess(server, "203.0.113.8", 1)).ShouldBe([429]);

        await Eventually.Holds(() => Addresses(server), addresses => addresses.Count >= 2, "entries of the audit log");
        (await Addresses(server)).ShouldBe(["127.0.0.1", "127.0.0.1"]);
    }

    [Fact]
    public async Task A_known_proxy_names_the_client_and_the_client_cannot_change_that()
    {
        await using var server = await Start("127.0.0.1");
        using var proxy = await Proxy.Start(server.Address);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{proxy.Port}") };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        (await client.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        await Eventually.Holds(() => Addresses(server), addresses => addresses.Count >= 1, "an entry of the audit log");
        (await Addresses(server)).ShouldBe(["127.0.0.1"]);
    }

    [Fact]
    public async Task The_origin_of_a_page_without_TLS_is_foreign_to_a_server_behind_TLS()
    {
        await using var server = await Start("127.0.0.1");
        using var client = server.ClientWith(server.AdminKey);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        async Task<HttpStatusCode> From(string scheme)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/orders");
            request.Headers.Add("Origin", $"{scheme}://{server.Address.Authority}");
            return (await client.SendAsync(request)).StatusCode;
        }

        (await From("https")).ShouldBe(HttpStatusCode.OK);
        (await From("http")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_stops_the_server_before_it_starts()
    {
        var stopped = await Should.ThrowAsync<InvalidOperationException>(() => Start("proxy.example"));

        stopped.Message.ShouldContain("'proxy.example'");
    }

    static Task<TestServer> Start(params string[] proxies) => TestServer.Start(configure: app =>
    {
        app.Configuration["Limits:AuthFailuresPerSecond"] = "0.001";
        app.Configuration["Limits:AuthFailuresBurst"] = "2";
        for (var i = 0; i < proxies.Length; i++) app.Configuration[$"Access:TrustedProxies:{i}"] = proxies[i];
    });

    static async Task<List<int>> Guess(TestServer server, string forwardedFor, int times)
    {
        using var stranger = server.Stranger();
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        var answers = new List<int>();
        for (var i = 0; i < times; i++) answers.Add((int)(await stranger.GetAsync("/v1/orders")).StatusCode);
        return answers;
    }

    static async Task<List<string?>> Addresses(TestServer server) =>
        [.. (await server.Get("/v1/audit?limit=200"))["data"]!.AsArray().Select(entry => (string?)entry!["address"])];
}
