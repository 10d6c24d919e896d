using System.Diagnostics;
using Tiffin.Domain;

namespace Tiffin.Engine.Commit;

/// <summary>A submitted command, and the caller that waits for its outcome.</summary>
sealed class Pending(Command command, long submittedAt = 0)
{
    readonly TaskCompletionSource<Outcome> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool expired;

    public Command Command { get; } = command;

    /// <summary>Time of submission, as a timestamp of the monotonic clock.</summary>
    public long SubmittedAt { get; } = submittedAt;

    /// <summary>Trace context of the request; default when it is not traced.</summary>
    public ActivityContext Origin { get; } = CommitTrace.Origin;

    /// <summary>
    /// The command timed out. Until it is sent to the database it may still be dropped.
    /// </summary>
    public bool IsExpired => expired;

    public void Complete(Outcome outcome) => answer.TrySetResult(outcome);

    /// <summary>
    /// Completes when the outcome is known, or at the deadline. Takes no cancellation token: the command shares its
    /// batch with others, so a caller that disconnects cannot cancel it.
    /// </summary>
    public Task<Outcome> Answer => answer.Task;

    public void Expire()
    {
        expired = true;
        answer.TrySetResult(new Outcome.Unavailable(Unavailability.Late));
    }
}
