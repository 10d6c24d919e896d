namespace Tiffin.Features.Webhooks;

/// <summary>
/// Circuit breaker of one endpoint: decides from the outcomes of attempts how many concurrent calls it gets and when to
/// disable it. Pure.
/// </summary>
sealed class EndpointHealth(WebhookOptions options, DateTimeOffset? failingSince)
{
    int failures;
    bool isGone;
    DateTimeOffset pausedUntil;
    DateTimeOffset? lastFailureAt;

    /// <summary>The first failure after the last success.</summary>
    public DateTimeOffset? FailingSince { get; private set; } = failingSince;

    public void Record(Attempt attempt)
    {
        if (attempt.Succeeded)
        {
            failures = 0;
            FailingSince = null;
            return;
        }
        failures++;
        FailingSince ??= attempt.At;
        lastFailureAt = attempt.At;
        isGone |= attempt.IsGone;
        if (attempt.PauseUntil > pausedUntil) pausedUntil = attempt.PauseUntil.Value;
    }

    /// <summary>The circuit is open: the last attempts all failed.</summary>
    public bool IsDown => failures >= options.DownAfterFailures;

    /// <summary>
    /// Concurrent calls. An endpoint that is down is probed by one call at a time, so its timeouts hold one connection.
    /// </summary>
    public int Concurrency(DateTimeOffset now) =>
        now < pausedUntil || DisableReason is not null ? 0
        : IsDown ? 1
        : options.Concurrency;

    /// <summary>Why to disable the endpoint, or null.</summary>
    // Measured up to the last failure and not up to now: without events to send, nothing is known about the endpoint.
    public string? DisableReason =>
        isGone ? "The endpoint answered 410 Gone."
        : lastFailureAt - FailingSince >= options.DisableAfter
            ? $"Deliveries failed for {options.DisableAfter.TotalDays:0.#} days."
        : null;
}
