using Tiffin.Tests.Support;

namespace Tiffin.Tests.Deploy;

/// <summary>The proxy itself, with our configuration.</summary>
public sealed class ProxyTests
{
    /// <summary>All of them are one path to a server.</summary>
    static readonly string[] metrics =
    [
        "/metrics", "/metrics/", "/METRICS", "/%6Detrics", "/%4d%45trics/", "/metrics?a=b", "http://x/Metrics",
        "/v1/../metrics", "/v1/%2e%2e/metrics", "/./metrics", "/%2E/metrics", "/metrics/.", "/metrics/x/..",
        "/%zz/../metrics",
    ];

    [Fact]
    public async Task What_a_node_measures_stays_inside_however_it_is_asked_for()
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
    public async Task What_is_meant_for_others_passes(string path, int status)
    {
        await using var server = await TestServer.Start();
        using var proxy = await Proxy.Start(server.Address);

        // The proxy answers 503 by itself while a check of its own that timed out has taken the node out.
        await Eventually.Holds(() => Proxy.Ask(proxy.Port, path), got => got == status, $"{status} for {path}");
    }
}
