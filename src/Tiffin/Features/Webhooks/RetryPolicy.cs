namespace Tiffin.Features.Webhooks;

/// <summary>The codes are stored: append, never renumber.</summary>
enum DeliveryState : short { Pending = 0, Delivered, Failed }

/// <summary>
/// One call and what came of it. <paramref name="Error"/> is null when it succeeded; <paramref name="Response"/> is the
/// beginning of the answer.
/// </summary>
sealed record Attempt(
    DateTimeOffset At, TimeSpan Took, int? Code, byte[] Response, string? Error, TimeSpan? RetryAfter = null)
{
    public bool Succeeded => Error is null;

    /// <summary>The endpoint says that it will never want anything again.</summary>
    public bool IsGone => Code == 410;

    /// <summary>The endpoint asked for a pause, which holds for all else that it would get.</summary>
    public TimeSpan? Pause => Code is 429 or 503 ? RetryAfter : null;

    public DateTimeOffset? PauseUntil => At + Took + Pause;
}

/// <summary>When a delivery is tried again, and when no more. Pure.</summary>
static class RetryPolicy
{
    /// <summary>No endpoint can put a delivery off for longer than the schedule would at most.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(24);

    /// <summary>No endpoint can have itself called without a pause.</summary>
    public static readonly TimeSpan RetryAfterMin = TimeSpan.FromSeconds(1);

    /// <summary>A wait of the schedule; <paramref name="jitter"/> is 0 to 1.</summary>
    public static TimeSpan Wait(TimeSpan wait, double jitter) => wait * (1 + jitter / 5);

    /// <summary>
    /// What becomes of a delivery after its attempt number <paramref name="number"/> (from 1).
    /// <paramref name="jitter"/>, 0 to 1, spreads what failed at once over a fifth of the wait. The wait begins with
    /// the end of the call, and is the endpoint's where it asked for one.
    /// </summary>
    public static (DeliveryState State, TimeSpan Wait) After(
        int number, Attempt attempt, IReadOnlyList<TimeSpan> schedule, double jitter)
    {
        if (attempt.Succeeded) return (DeliveryState.Delivered, TimeSpan.Zero);
        if (number > schedule.Count) return (DeliveryState.Failed, TimeSpan.Zero);
        return (DeliveryState.Pending, attempt.Pause ?? Wait(schedule[number - 1], jitter));
    }
}
