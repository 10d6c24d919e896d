using Tiffin.Commit;

namespace Tiffin.Http;

static class Outcomes
{
    /// <summary>What an endpoint answers when its command did not go through.</summary>
    public static Problem ToProblem(this Outcome outcome) => outcome switch
    {
        Outcome.Refused refused => Problems.Of(refused.Reason),
        Outcome.Unavailable unavailable => Problems.Of(unavailable.Why),
        _ => throw new InvalidOperationException($"{outcome.GetType()} is no answer to this command"),
    };
}
