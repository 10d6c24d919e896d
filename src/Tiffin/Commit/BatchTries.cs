namespace Tiffin.Commit;

/// <summary>What is known of some commands across the tries at committing them.</summary>
sealed class BatchTries(IReadOnlyList<Pending> commands, CancellationToken graceIsOver)
{
    public IReadOnlyList<Pending> Commands { get; private set; } = commands;
    public CancellationToken GraceIsOver { get; } = graceIsOver;

    /// <summary>The last try, until it is known to have come to nothing.</summary>
    public CommitBatch? Last { get; set; }

    /// <summary>The last try's COMMIT went unanswered: only the log knows whether it is in.</summary>
    public bool IsUnsettled => Last is { IsSent: true };

    /// <summary>What of ours failed after the last try was sent.</summary>
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
}
