using Tiffin.Edge.OpenApi;

namespace Tiffin.Features.Health;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").Public();
        health.MapGet("live", Live)
            .Describe("getLiveness", "Is the process alive?",
                "Asks nobody else. Restart a node that does not answer this.")
            .Response<LivenessReport>(200, "It is.");
        health.MapGet("ready", Ready)
            .Describe("getReadiness", "Should this node be sent requests?",
                "Reads what the node knows of its way to the database, the batch under way, the queue and the "
                + "catalogue, and answers at once. Subscribers of the log are details: one that lags or fails is no "
                + "reason to turn orders away.")
            .Response<ReadinessReport>(200, "It should.")
            .Response<ReadinessReport>(503, "Not now; 'reasons' says why.");
    }

    static IResult Live() => Results.Json(new LivenessReport(true), HealthJson.Default.LivenessReport);

    static IResult Ready(HttpContext context, Readiness readiness)
    {
        var report = readiness.Look();
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(report, HealthJson.Default.ReadinessReport, statusCode: report.Ready ? 200 : 503);
    }
}
