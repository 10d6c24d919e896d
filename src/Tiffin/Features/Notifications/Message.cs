namespace Tiffin.Features.Notifications;

/// <summary>The codes are stored: append, never renumber.</summary>
enum MessageChannel : short { Email, Phone }

/// <summary>The codes are stored: append, never renumber. Those below <see cref="Sent"/> are not final.</summary>
enum MessageState : short { Waiting, Sending, Sent, Refused, Late, Unknown }

/// <summary>
/// A message that this node has claimed. The address is read with the claim and never stored with the message (PII).
/// </summary>
sealed record ClaimedMessage(
    Guid Id, MessageChannel Channel, int Attempts, DateTimeOffset At, Guid? OrderId,
    Domain.Orders.OrderStatus? Status, string? Address, string? BrandId, string? BrandName, int? Number,
    string? KitchenName, string? Stock, string? Traceparent = null);

sealed record Message(Guid Id, string To, string Subject, string Text);

enum SendOutcome
{
    Sent,

    /// <summary>Not sent; a retry may succeed.</summary>
    TransientFailure,

    /// <summary>Not sent; a retry would fail as well.</summary>
    PermanentFailure,

    /// <summary>Handed over without a response: it may have been sent.</summary>
    Unknown,
}

/// <param name="Outcome">What is known about the message.</param>
/// <param name="Reason">The provider's response, for the operator.</param>
/// <param name="RetryAfter">The provider's own backoff, which replaces ours.</param>
readonly record struct SendResult(SendOutcome Outcome, string? Reason = null, TimeSpan? RetryAfter = null)
{
    public static SendResult Sent { get; } = new(SendOutcome.Sent);
}

/// <summary>Delivers messages over one channel. Throws only if nothing was handed over.</summary>
interface ISender
{
    MessageChannel Channel { get; }

    Task<SendResult> Send(Message message, CancellationToken cancel);
}
