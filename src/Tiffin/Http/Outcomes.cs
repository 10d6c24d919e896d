using System.Diagnostics;
using System.Globalization;
using Tiffin.Commit;
using Tiffin.Domain;

namespace Tiffin.Http;

static class Outcomes
{
    /// <summary>
    /// Carries a command out for a request, and tells in <c>Server-Timing</c> how many milliseconds the queue and the
    /// batch took: what is left of the caller's waiting is the way.
    /// </summary>
    public static async Task<Outcome> Submit(this CommitPipeline pipeline, Command command, HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = await pipeline.Submit(command);
        context.Response.Headers["Server-Timing"] = string.Create(
            CultureInfo.InvariantCulture, $"commit;dur={Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0}");
        return outcome;
    }

    /// <summary>What an endpoint answers when its command did not go through.</summary>
    public static Problem ToProblem(this Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => Problems.Of(refused.Reason),
        Outcome.Unavailable unavailable => Problems.Of(unavailable.Why),
        _ => throw new InvalidOperationException($"{outcome.GetType()} is no answer to this command"),
    };
}
