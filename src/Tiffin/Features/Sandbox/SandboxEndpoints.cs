using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.Sandbox;

sealed record ClockBody([property: Description("The time of orders, kitchens and events.")] DateTimeOffset Now);

static class SandboxEndpoints
{
    static readonly TimeSpan stepMax = TimeSpan.FromDays(31);

    public static void MapSandbox(this IEndpointRouteBuilder app)
    {
        var clock = app.MapGroup("/v1/sandbox/clock").WithTags("Sandbox");
        clock.MapGet("", (Database database) => TypedResults.Ok(new ClockBody(database.Clock.Now)))
            .Allow(Admin, Chain)
            .Describe("getSandboxClock", "Get the sandbox's clock", "Only in an installation with Sandbox:Enabled.")
            .Response<ClockBody>(200, "The current time.");
        clock.MapPut("", Move)
            .Allow(Admin, Chain).Audit()
            .Describe("moveSandboxClock", "Move the sandbox's clock forward",
                "Stops at each deadline on the way, and responds when everything due has happened. A time in the "
                + "past changes nothing, so the request can be repeated.")
            .Response<ClockBody>(200, "The current time.");
    }

    static async Task<IResult> Move(ClockBody body, HttpContext context, SandboxClockControl time, Database database)
    {
        var latest = database.Clock.Now + stepMax;
        if (body.Now > latest)
            return Problems.Of(new Refusal.Invalid("/now", "out_of_range",
                $"must be at most {stepMax.Days} days ahead, {JsonTime.Text(latest)}"));
        await time.MoveTo(body.Now, context.RequestAborted);
        return TypedResults.Ok(new ClockBody(database.Clock.Now));
    }
}
