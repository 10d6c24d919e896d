using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class PermissionTests
{
    [Fact]
    public async Task Every_route_is_either_public_or_declares_its_roles()
    {
        await using var server = await TestServer.Start();
        var routes = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().ToList();

        routes.Where(route => route.Metadata.GetMetadata<PublicEndpoint>() is null == Permissions.Of(route) is null)
            .Select(route => route.DisplayName).ShouldBeEmpty();
        routes.Select(Permissions.Of).OfType<Permission>()
            .ShouldAllBe(permission => !permission.Allows(Role.System));
    }

    [Fact]
    public async Task Only_the_listed_routes_are_public()
    {
        await using var server = await TestServer.Start();

        server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<PublicEndpoint>() is not null)
            .Select(route => route.RoutePattern.RawText!.TrimEnd('/')).Order()
            .ShouldBe([
                "", "/assets/{name}", "/asyncapi.json", "/health/live", "/health/ready", "/icon.svg", "/metrics",
                "/openapi/v1.json", "/pair", "/problems", "/problems/{code}", "/sign-in", "/sw.js",
                // The page, and its form.
                "/t/{token}", "/t/{token}",
                "/v1/devices/pairings", "/v1/devices/pairings/claim", "/v1/session/methods", "/v1/session/sign-in",
                "/v1/track/{token}", "/v1/track/{token}/events",
            ]);
    }
}
