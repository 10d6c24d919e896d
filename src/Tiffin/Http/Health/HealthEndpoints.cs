namespace Tiffin.Http.Health;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health");
        health.MapGet("live", Live);
        health.MapGet("ready", Ready);
    }

    static IResult Live() => Results.Json(new LivenessReport(true), HealthJson.Default.LivenessReport);

    static async Task<IResult> Ready(HttpContext context, Readiness readiness)
    {
        var report = await readiness.Look(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(report, HealthJson.Default.ReadinessReport, statusCode: report.Ready ? 200 : 503);
    }
}
