namespace Tiffin.Commit;

/// <summary>What is known of some commands across the tries at committing them.</summary>
sealed class BatchTries(IReadOnlyList<Pending> commands, CulpritSearch search, CancellationToken graceIsOver)
{
    public IReadOnlyList<Pending> Commands { get; private set; } = commands;

    /// <summary>The search that these commands are a part of.</summary>
    public CulpritSearch Search { get; } = search;

    public CancellationToken GraceIsOver { get; } = graceIsOver;

    /// <summary>The last try, until it is known to have come to nothing.</summary>
    public CommitBatch? Last { get; set; }

    /// <summary>The last try's COMMIT went unanswered: only the log knows whether it is in.</summary>
    public bool IsUnsettled => Last is { IsSent: true };

    /// <summary>The defect of this program that failed after the last try was sent.</summary>
    public Exception? Defect { get; set; }

    /// <summary>Times that PostgreSQL refused.</summary>
    public int Refusals { get; set; }

    /// <summary>Times that the session broke.</summary>
    public int Breaks { get; set; }

    /// <summary>Forgets the commands whose callers were told to ask again, unless they were sent.</summary>
    public void DropExpired()
    {
        if (!IsUnsettled) Commands = [.. Commands.Where(pending => !pending.IsExpired)];
    }

    /// <summary>Answers all commands alike; they are done with.</summary>
    public void Answer(Unavailability why)
    {
        foreach (var pending in Commands) pending.Complete(new Outcome.Unavailable(why));
    }
}
