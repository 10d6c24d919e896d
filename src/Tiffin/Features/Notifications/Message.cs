namespace Tiffin.Features.Notifications;

/// <summary>The codes are stored: append, never renumber.</summary>
enum MessageChannel : short { Email, Phone }

/// <summary>The codes are stored; those below <see cref="Sent"/> are open.</summary>
enum MessageState : short { Waiting, Sending, Sent, Refused, Late, Unknown }

/// <summary>A message that this node has claimed. Who it goes to is known only while it is sent.</summary>
sealed record ClaimedMessage(
    Guid Id, MessageChannel Channel, int Attempts, DateTimeOffset At, Guid? OrderId,
    Domain.Orders.OrderStatus? Status, string? Address, string? BrandId, string? BrandName, int? Number,
    string? KitchenName, string? Stock, string? Traceparent = null);

sealed record Message(Guid Id, string To, string Subject, string Text);

enum SendOutcome
{
    Sent,

    /// <summary>Certainly not sent, and may be next time.</summary>
    RefusedForNow,

    /// <summary>Certainly not sent, now or ever.</summary>
    Refused,

    /// <summary>Handed over without an answer: it may have been sent.</summary>
    Unknown,
}

/// <param name="Outcome">What is known of the message.</param>
/// <param name="Reason">What the other side said, for the operator.</param>
/// <param name="RetryAfter">When the other side wants to be asked again.</param>
readonly record struct SendResult(SendOutcome Outcome, string? Reason = null, TimeSpan? RetryAfter = null)
{
    public static SendResult Sent { get; } = new(SendOutcome.Sent);
}

/// <summary>A way to somebody. It throws only before anything has left.</summary>
interface ISender
{
    MessageChannel Channel { get; }

    Task<SendResult> Send(Message message, CancellationToken cancel);
}
