using Tiffin.Edge;

namespace Tiffin.Features.Health;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").Public();
        health.MapGet("live", Live)
            .Describe("getLiveness", "Liveness probe",
                "Checks no dependency. Restart a node that does not respond.")
            .Response<LivenessReport>(200, "The process is alive.");
        health.MapGet("ready", Ready)
            .Describe("getReadiness", "Readiness probe",
                "Responds at once from state in memory: the database connection, the current batch, the queue and the "
                + "catalogue. Event log subscribers are listed for information: one that lags or fails does not make "
                + "the node unready.")
            .Response<ReadinessReport>(200, "Ready: send requests to this node.")
            .Response<ReadinessReport>(503, "Not ready; see 'reasons'.");
    }

    static IResult Live() => Results.Json(new LivenessReport(true), HealthJson.Strict.LivenessReport);

    static IResult Ready(HttpContext context, Readiness readiness)
    {
        var report = readiness.Check();
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(report, HealthJson.Strict.ReadinessReport, statusCode: report.Ready ? 200 : 503);
    }
}
