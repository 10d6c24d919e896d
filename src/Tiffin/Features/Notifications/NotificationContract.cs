using System.ComponentModel.DataAnnotations;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Notifications;

sealed record NotificationList(IReadOnlyList<NotificationEntry> Data);

/// <summary>
/// A message to the customer of an order. <paramref name="EndedAt"/>: when it was sent or given up.
/// <paramref name="Error"/>: the provider's last response, with the address redacted.
/// </summary>
sealed record NotificationEntry(
    OrderStatus Status, MessageChannel Channel, MessageState State, DateTimeOffset At, int Attempts,
    DateTimeOffset? NextTryAt = null, DateTimeOffset? EndedAt = null, string? Error = null);

/// <summary>The address that receives a kitchen's low-stock alerts.</summary>
sealed record AlertAddress(
    [property: RegularExpression(EmailAddress.Pattern), MaxLength(PlaceOrderLimits.EmailMax)] string Email);
