using System.Diagnostics;
using Tiffin.Diagnostics;
using Tiffin.Domain;

namespace Tiffin.Commit;

/// <summary>A command on its way, and the caller that waits for it.</summary>
sealed class Pending(Command command, long since = 0)
{
    readonly TaskCompletionSource<Outcome> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool expired;

    public Command Command { get; } = command;

    /// <summary>When it came in, by the clock's monotonic time.</summary>
    public long Since { get; } = since;

    /// <summary>The request that waits, if somebody traces it.</summary>
    public ActivityContext Origin { get; } = CommitTrace.Origin;

    /// <summary>
    /// The caller was told to ask again: before the command is sent to the database, it may be dropped.
    /// </summary>
    public bool IsExpired => expired;

    public void Complete(Outcome outcome) => answer.TrySetResult(outcome);

    /// <summary>
    /// Told when the outcome is known, or at the deadline. No caller's token: other commands ride in the same batch, so
    /// one that goes away cancels nothing.
    /// </summary>
    public Task<Outcome> Answer => answer.Task;

    public void Expire()
    {
        expired = true;
        answer.TrySetResult(new Outcome.Unavailable(Unavailability.Late));
    }
}
