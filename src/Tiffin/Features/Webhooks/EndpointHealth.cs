namespace Tiffin.Features.Webhooks;

/// <summary>
/// What an endpoint's answers say about the endpoint rather than about one delivery: how many calls it may get at once,
/// and when it is to be given up. Pure.
/// </summary>
sealed class EndpointHealth(WebhookOptions options, DateTimeOffset? failingSince)
{
    int failures;
    bool isGone;
    DateTimeOffset pausedUntil;
    DateTimeOffset? failedAt;

    /// <summary>The first failure since it answered last.</summary>
    public DateTimeOffset? FailingSince { get; private set; } = failingSince;

    public void Saw(Attempt attempt)
    {
        if (attempt.Succeeded)
        {
            failures = 0;
            FailingSince = null;
            return;
        }
        failures++;
        FailingSince ??= attempt.At;
        failedAt = attempt.At;
        isGone |= attempt.IsGone;
        if (attempt.PauseUntil > pausedUntil) pausedUntil = attempt.PauseUntil.Value;
    }

    /// <summary>It fails whatever it gets.</summary>
    public bool IsDown => failures >= options.FailuresMax;

    /// <summary>
    /// Calls at a time. One that is down is asked by one call until it answers, so that the time-outs
    /// of a dead endpoint cost next to nothing.
    /// </summary>
    public int Concurrency(DateTimeOffset now) =>
        now < pausedUntil || GiveUp is not null ? 0
        : IsDown ? 1
        : options.Concurrency;

    /// <summary>Why to disable the endpoint, or null. Silence proves nothing: it takes a failure at the end.</summary>
    public string? GiveUp =>
        isGone ? "It answered 410: it wants no more."
        : failedAt - FailingSince >= options.DisableAfter ? $"It failed for {options.DisableAfter.TotalDays:0.#} days."
        : null;
}
