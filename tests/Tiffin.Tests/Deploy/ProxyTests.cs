using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>HAProxy with the configuration of Tiffin.</summary>
public sealed class ProxyTests
{
    /// <summary>A server treats all of them as one path.</summary>
    static readonly string[] metrics =
    [
        "/metrics", "/metrics/", "/METRICS", "/%6Detrics", "/%4d%45trics/", "/metrics?a=b", "http://x/Metrics",
        "/v1/../metrics", "/v1/%2e%2e/metrics", "/./metrics", "/%2E/metrics", "/metrics/.", "/metrics/x/..",
        "/%zz/../metrics",
    ];

    [Fact]
    public async Task The_metrics_are_not_reachable_through_the_proxy_by_any_spelling()
    {
        await using var server = await TestServer.Start();
        using var proxy = await Proxy.Start(server.Address);

        foreach (var path in metrics)
        {
            (await Proxy.Ask(server.Address.Port, path)).ShouldBe(200, path);
            (await Proxy.Ask(proxy.Port, path)).ShouldBeOneOf([400, 403], path);
        }
        (await Proxy.Ask(proxy.Port, "/metrics")).ShouldBe(403);
    }

    [Theory]
    [InlineData("/health/ready", 200)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/v1/kitchens/metrics/menu", 401)]
    [InlineData("/v1/customers/a.b..c%2F%C3%A9/personal-data", 401)]
    [InlineData("/v1/metrics", 404)]
    public async Task Paths_other_than_the_metrics_pass_through_the_proxy(string path, int status)
    {
        await using var server = await TestServer.Start();
        using var proxy = await Proxy.Start(server.Address);

        // The proxy itself responds with 503 while a health check that timed out has taken the node out.
        await Eventually.Holds(() => Proxy.Ask(proxy.Port, path), got => got == status, $"{status} for {path}");
    }
}
