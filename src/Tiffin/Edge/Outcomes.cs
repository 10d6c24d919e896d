using System.Diagnostics;
using System.Globalization;
using Tiffin.Domain;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

static class Outcomes
{
    /// <summary>
    /// Carries out a command for a request. <c>Server-Timing</c> says how many milliseconds the queue and the batch
    /// took; the remaining time is network latency. A refusal comes back as its caller may see it.
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

    /// <summary>What an endpoint answers when its command did not go through.</summary>
    public static Problem ToProblem(this Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => Problems.Of(refused.Reason),
        Outcome.Unavailable unavailable => Problems.Of(unavailable.Why),
        _ => throw new InvalidOperationException($"{outcome.GetType()} is no answer to this command"),
    };
}
