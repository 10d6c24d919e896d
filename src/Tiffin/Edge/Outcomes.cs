using System.Diagnostics;
using System.Globalization;
using Tiffin.Domain;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

static class Outcomes
{
    /// <summary>
    /// Submits the command of a request. The <c>Server-Timing</c> header has the milliseconds in the queue and the
    /// batch. A refusal is reduced to what the caller may see.
    /// </summary>
    public static async Task<Outcome> Submit(this CommitPipeline pipeline, Command command, HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await pipeline.Submit(command);
        context.Response.Headers["Server-Timing"] = string.Create(
            CultureInfo.InvariantCulture, $"commit;dur={Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0}");
        return outcome is Outcome.Refused refused
            ? new Outcome.Refused(refused.Reason.SeenBy(command.Caller))
            : outcome;
    }

    /// <summary>The problem of a command that was refused or not carried out.</summary>
    public static Problem ToProblem(this Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => Problems.Of(refused.Reason),
        Outcome.Unavailable unavailable => Problems.Of(unavailable.Reason),
        _ => throw new InvalidOperationException($"{outcome.GetType()} is not a problem"),
    };
}
