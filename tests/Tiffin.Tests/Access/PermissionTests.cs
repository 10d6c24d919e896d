using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Access;
using Tiffin.Domain;
using Tiffin.Http.OpenApi;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class PermissionTests
{
    [Fact]
    public async Task Every_route_is_public_or_in_the_table_and_the_table_holds_nothing_else()
    {
        await using var server = await TestServer.Start();
        var routes = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<PublicEndpoint>() is null).ToList();

        routes.Where(route => Permissions.Of(route) is null).Select(route => route.DisplayName).ShouldBeEmpty();
        Permissions.All.Except(routes.Select(Permissions.Of)).ShouldBeEmpty();
        routes.Count.ShouldBe(Permissions.All.Count);
    }

    [Fact]
    public async Task What_is_public_is_little()
    {
        await using var server = await TestServer.Start();

        server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<PublicEndpoint>() is not null)
            .Select(route => route.RoutePattern.RawText!.TrimEnd('/')).Order()
            .ShouldBe([
                "/asyncapi.json", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json",
                "/v1/session/sign-in", "/v1/track/{token}", "/v1/track/{token}/events",
            ]);
    }

    [Fact]
    public void The_system_is_nobody_who_calls() =>
        Permissions.All.ShouldAllBe(permission => !permission.Allows(Role.System));
}
