using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing.Matching;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;

namespace Tiffin.Bench.Yardsticks;

/// <summary>
/// Lets everybody in as an administrator, before the gate could ask: what is missing then is what authorization costs.
/// </summary>
sealed class OpenDoor : MatcherPolicy, IEndpointSelectorPolicy
{
    static readonly CallerPrincipal anybody =
        new(new Credential(new Caller(Role.Admin, "bench"), "bench", null), "open");

    readonly ConcurrentDictionary<RouteEndpoint, Endpoint> opened = [];

    /// <summary>The last, when it is settled which endpoint it is.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        httpContext.User = anybody;
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
