using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Diagnostics;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Health;

static class StatusEndpoint
{
    static readonly TimeSpan[] windows = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), RollingTally.Retention];

    public static void MapStatus(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/status", Get).WithTags("Health")
            .Allow(Staff | Channel, Chain)
            .Describe("getStatus", "Read the service level objectives",
                "The SLOs and their attainment over the last 5 minutes, hour and day, or since this node started. "
                + "Figures for placing orders are those of this node, figures for subscribers those of all nodes. "
                + "Responds without a database query.")
            .Response<StatusReport>(200, "The objectives.");

    static IResult Get(HttpContext context, ServiceLevels levels)
    {
        context.Response.Headers.CacheControl = "no-store";
        var report = new StatusReport(levels.Since, [.. levels.All().Select(Objective)]);
        return Results.Json(report, HealthJson.Strict.StatusReport);
    }

    static ObjectiveReport Objective(ServiceLevel level) => new(
        level.Name, level.Target, [.. windows.Select(window => Window(level, window))], level.Threshold?.TotalSeconds,
        level.Subscriber, level.LagSeconds);

    static WindowReport Window(ServiceLevel level, TimeSpan window)
    {
        var tally = level.Tally.Over(window);
        return new WindowReport((int)window.TotalMinutes, tally.Good, tally.Total, !(tally.Share < level.Target));
    }
}
