using System.Diagnostics;
using Tiffin.Diagnostics;
using Tiffin.Domain;

namespace Tiffin.Commit;

/// <summary>A command on its way, and the caller that waits for it.</summary>
sealed class Pending(Command command)
{
    readonly TaskCompletionSource<Outcome> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool expired;

    public Command Command { get; } = command;

    /// <summary>The request that waits, if somebody traces it.</summary>
    public ActivityContext Origin { get; } = CommitTrace.Origin;

    /// <summary>
    /// The caller was told to ask again: before the command is sent to the database, it may be dropped.
    /// </summary>
    public bool IsExpired => expired;

    public void Complete(Outcome outcome) => answer.TrySetResult(outcome);

    public async Task<Outcome> Wait(TimeSpan deadline, TimeProvider clock)
    {
        try
        {
            // No caller's token: other commands ride in the same batch, so one that goes away cancels nothing.
            return await answer.Task.WaitAsync(deadline, clock);
        }
        catch (TimeoutException)
        {
            expired = true;
            return new Outcome.Unavailable(Unavailability.Late);
        }
    }
}
