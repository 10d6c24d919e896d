namespace Tiffin.Engine.Commit;

/// <summary>Commands of a batch that are committed together, and the state of the attempts to do so.</summary>
sealed class BatchPart(IReadOnlyList<Pending> commands, BatchBisection bisection)
{
    /// <summary>The commands without an outcome.</summary>
    public IReadOnlyList<Pending> Commands { get; private set; } = commands;

    /// <summary>Every command has an outcome, or belongs to another part.</summary>
    public bool IsDone => Commands.Count == 0;

    public BatchBisection Bisection { get; } = bisection;

    /// <summary>The last attempt; null once it is known not to have committed.</summary>
    public CommitBatch? LastAttempt { get; set; }

    /// <summary>The COMMIT of the last attempt went unanswered: only the log shows whether it succeeded.</summary>
    public bool IsOutcomeUnknown => LastAttempt is { IsSent: true };

    /// <summary>An exception thrown by this program after the last attempt was sent.</summary>
    public Exception? Defect { get; set; }

    /// <summary>Number of attempts that PostgreSQL rejected.</summary>
    public int Rejections { get; set; }

    /// <summary>Number of attempts in which the session was lost.</summary>
    public int SessionLosses { get; set; }

    /// <summary>Removes commands that have timed out, unless they were already sent to the database.</summary>
    public void DropExpired()
    {
        if (!IsOutcomeUnknown) Commands = [.. Commands.Where(pending => !pending.IsExpired)];
    }

    /// <summary>Completes the commands with the outcomes of a committed batch.</summary>
    public void Answer(CommitBatch batch)
    {
        batch.Answer();
        Commands = [];
    }

    /// <summary>Completes every command with the same outcome.</summary>
    public void Answer(Unavailability reason)
    {
        foreach (var pending in Commands) pending.Complete(new Outcome.Unavailable(reason));
        Commands = [];
    }

    /// <summary>Moves the commands to two new parts.</summary>
    public void Split()
    {
        var half = Commands.Count / 2;
        Bisection.Add([.. Commands.Take(half)]);
        Bisection.Add([.. Commands.Skip(half)]);
        Commands = [];
    }
}
