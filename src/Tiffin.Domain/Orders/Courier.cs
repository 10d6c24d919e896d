namespace Tiffin.Domain.Orders;

/// <summary>
/// Personal data (PII) of the courier of an order: stored and erased with the order's contact, and never published.
/// </summary>
public sealed record CourierContact(string? Name, string? Phone, string? Vehicle)
{
    public static CourierContact None { get; } = new(null, null, null);

    /// <summary>
    /// Redacts the contact: it is shown while the order is open, and customers see only the given name.
    /// </summary>
    public CourierContact? SeenBy(Caller viewer, bool isOpen) =>
        !isOpen ? null
        : viewer.Role == Role.Customer ? new CourierContact(GivenName, null, null)
        : this;

    public string? GivenName => Name?.Trim().Split(' ')[0];
}

/// <summary>When the courier of an order is expected, and when they arrived.</summary>
public sealed record CourierTimes
{
    public DateTimeOffset? PickupAt { get; init; }
    public DateTimeOffset? ArrivedAtKitchen { get; init; }
    public DateTimeOffset? ArrivedAtCustomer { get; init; }

    /// <summary>
    /// The times after a change of courier: empty instead of null, because responses never have a null member.
    /// </summary>
    internal static CourierTimes? Reset(CourierTimes? last) => last is null ? null : new CourierTimes();
}
