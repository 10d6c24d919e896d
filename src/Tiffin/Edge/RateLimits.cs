using System.Globalization;
using Tiffin.Edge.Access;

namespace Tiffin.Edge;

/// <summary>
/// Admits a request under the limits of its caller or address, or returns the problem of the limit that it exceeds.
/// <see cref="CallerUsage.Leave"/> must follow an admission.
/// </summary>
static class RateLimits
{
    /// <summary>Also sets the RateLimit headers.</summary>
    public static Problem? EnterCaller(this CallerUsage use, HttpResponse response)
    {
        var entry = use.Enter(out var left, out var wait);
        response.Headers["RateLimit-Policy"] = use.Policy;
        response.Headers["RateLimit"] = entry == AdmissionResult.OverConcurrency
            ? "\"concurrency\";r=0;t=1"
            : string.Create(CultureInfo.InvariantCulture, $"\"caller\";r={left};t={wait}");
        return Problem(entry, use, wait, "You have exceeded your rate limit; see RateLimit-Policy.");
    }

    public static Problem? EnterAddress(this CallerUsage use)
    {
        var entry = use.Enter(out _, out var wait);
        return Problem(entry, use, wait, "Your address has exceeded its rate limit.");
    }

    static Problem? Problem(AdmissionResult entry, CallerUsage use, int wait, string overRate) => entry switch
    {
        AdmissionResult.Admitted => null,
        AdmissionResult.OverConcurrency => Problems.TooManyConcurrentRequests(use.Limit.ConcurrentRequests),
        _ => Problems.TooManyRequests(wait, overRate),
    };
}
