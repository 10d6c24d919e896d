namespace Tiffin.Engine.Commit;

/// <summary>State that a set of commands keeps across the attempts to commit them.</summary>
sealed class BatchTries(IReadOnlyList<Pending> commands, CulpritSearch search, CancellationToken graceIsOver)
{
    public IReadOnlyList<Pending> Commands { get; private set; } = commands;

    public CulpritSearch Search { get; } = search;

    public CancellationToken GraceIsOver { get; } = graceIsOver;

    /// <summary>The last attempt; null once it is known not to have committed.</summary>
    public CommitBatch? Last { get; set; }

    /// <summary>The COMMIT of the last attempt went unanswered: only the log shows whether it succeeded.</summary>
    public bool IsUnsettled => Last is { IsSent: true };

    /// <summary>An exception thrown by this program after the last attempt was sent.</summary>
    public Exception? Defect { get; set; }

    /// <summary>Number of attempts that PostgreSQL rejected.</summary>
    public int Refusals { get; set; }

    /// <summary>Number of attempts in which the session was lost.</summary>
    public int Breaks { get; set; }

    /// <summary>Removes commands that have timed out, unless they were already sent to the database.</summary>
    public void DropExpired()
    {
        if (!IsUnsettled) Commands = [.. Commands.Where(pending => !pending.IsExpired)];
    }

    /// <summary>Completes every command with the same outcome.</summary>
    public void Answer(Unavailability why)
    {
        foreach (var pending in Commands) pending.Complete(new Outcome.Unavailable(why));
    }
}
