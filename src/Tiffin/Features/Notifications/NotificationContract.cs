using Tiffin.Domain.Orders;

namespace Tiffin.Features.Notifications;

sealed record NotificationList(IReadOnlyList<NotificationEntry> Data);

/// <summary>
/// A message to the customer of an order. <paramref name="EndedAt"/>: when it was sent or given up;
/// <paramref name="Error"/>: what the other side last said, without the address.
/// </summary>
sealed record NotificationEntry(
    OrderStatus Status, MessageChannel Channel, MessageState State, DateTimeOffset At, int Attempts,
    DateTimeOffset? NextTryAt = null, DateTimeOffset? EndedAt = null, string? Error = null);

/// <summary>Where a kitchen hears that its stock runs low.</summary>
sealed record AlertAddress(string Email);
