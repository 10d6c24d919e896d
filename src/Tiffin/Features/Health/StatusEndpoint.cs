using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Diagnostics;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Health;

static class StatusEndpoint
{
    static readonly TimeSpan[] windows = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), RollingTally.Kept];

    public static void MapStatus(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/status", Get).WithTags("Health")
            .Allow(Staff | Channel, Chain)
            .Describe("getStatus", "Is the service what it promises to be?",
                "Its objectives, and how much of each was kept over the last five minutes, hour and day, or since this "
                + "node started. Of placing orders this node's own figures; of subscribers everybody's. It asks no "
                + "database.")
            .Response<StatusReport>(200, "The objectives.");

    static IResult Get(HttpContext context, ServiceLevels levels)
    {
        context.Response.Headers.CacheControl = "no-store";
        var report = new StatusReport(levels.Since, [.. levels.All().Select(Objective)]);
        return Results.Json(report, HealthJson.Default.StatusReport);
    }

    static ObjectiveReport Objective(ServiceLevel level) => new(
        level.Name, level.Target, [.. windows.Select(window => Window(level, window))], level.Within?.TotalSeconds,
        level.Subscriber, level.LagSeconds);

    static WindowReport Window(ServiceLevel level, TimeSpan window)
    {
        var tally = level.Tally.Over(window);
        return new WindowReport((int)window.TotalMinutes, tally.Good, tally.Total, !(tally.Share < level.Target));
    }
}
