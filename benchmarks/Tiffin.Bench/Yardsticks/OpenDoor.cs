using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing.Matching;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;

namespace Tiffin.Bench.Yardsticks;

/// <summary>
/// Runs every request as an administrator without authentication: the difference is the cost of access control.
/// </summary>
sealed class OpenDoor : MatcherPolicy, IEndpointSelectorPolicy
{
    static readonly CallerPrincipal administrator =
        new(new Credential(new Caller(Role.Admin, "bench"), "bench", null), "open");

    readonly ConcurrentDictionary<RouteEndpoint, Endpoint> opened = [];

    /// <summary>Last, after the endpoint was selected.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        httpContext.User = administrator;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint is RouteEndpoint endpoint)
                candidates.ReplaceEndpoint(i, opened.GetOrAdd(endpoint, Open), candidates[i].Values);
        }
        return Task.CompletedTask;
    }

    static Endpoint Open(RouteEndpoint endpoint) => new RouteEndpoint(
        endpoint.RequestDelegate!, endpoint.RoutePattern, endpoint.Order,
        new EndpointMetadataCollection([.. endpoint.Metadata, new PublicEndpoint()]), endpoint.DisplayName);
}
