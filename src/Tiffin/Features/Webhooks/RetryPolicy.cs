namespace Tiffin.Features.Webhooks;

/// <summary>
/// A delivery attempt. <paramref name="Error"/>: null when it succeeded. <paramref name="Response"/>: the first KiB of
/// the response body.
/// </summary>
sealed record Attempt(
    DateTimeOffset At, TimeSpan Duration, int? ResponseCode, byte[] Response, string? Error,
    TimeSpan? RetryAfter = null)
{
    public bool Succeeded => Error is null;

    /// <summary>410 Gone: the receiver unsubscribes.</summary>
    public bool IsGone => ResponseCode == 410;

    /// <summary>Backpressure from the receiver: no delivery is sent to it for this long.</summary>
    public TimeSpan? Pause => ResponseCode is 429 or 503 ? RetryAfter : null;

    public DateTimeOffset? PauseUntil => At + Duration + Pause;
}

/// <summary>The backoff of deliveries, and when one is dead-lettered. Pure.</summary>
static class RetryPolicy
{
    // The longest wait of the default schedule: a receiver cannot defer a delivery for longer.
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(24);

    // Keeps "Retry-After: 0" from causing a tight loop.
    public static readonly TimeSpan RetryAfterMin = TimeSpan.FromSeconds(1);

    /// <summary>A wait plus up to a fifth; <paramref name="jitter"/> is 0 to 1.</summary>
    public static TimeSpan WithJitter(TimeSpan wait, double jitter) => wait * (1 + jitter / 5);

    /// <summary>
    /// Status of a delivery after attempt <paramref name="number"/> (from 1), and the wait from its end to the next.
    /// A receiver's Retry-After replaces the scheduled wait. A delivery whose schedule is exhausted is dead-lettered.
    /// <paramref name="jitter"/>, 0 to 1, spreads deliveries that failed at the same time.
    /// </summary>
    public static (DeliveryStatus Status, TimeSpan Wait) After(
        int number, Attempt attempt, IReadOnlyList<TimeSpan> schedule, double jitter)
    {
        if (attempt.Succeeded) return (DeliveryStatus.Delivered, TimeSpan.Zero);
        if (number > schedule.Count) return (DeliveryStatus.Failed, TimeSpan.Zero);
        return (DeliveryStatus.Pending, attempt.Pause ?? WithJitter(schedule[number - 1], jitter));
    }
}
