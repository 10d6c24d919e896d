using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using static Tiffin.Domain.Orders.PlaceOrderLimits;

namespace Tiffin.Features.Orders;

// The attributes only document limits in OpenAPI: the domain validates requests and reports the faults.

sealed record PlaceOrderRequest(
    string KitchenId, string BrandId, string Channel, CustomerRequest Customer, FulfilmentRequest Fulfilment,
    [property: Length(1, LinesMax)] IReadOnlyList<LineRequest> Lines,
    [property: MaxLength(ReferenceMax)]
    [property: Description("The order's id in the channel's own system, unique within the channel. Only "
        + "channels and administrators may set it; for a customer the response is 422 not_yours.")]
    string? ExternalReference = null, MoneyBody? ExpectedTotal = null,
    PaymentRequest? Payment = null,
    [property: Description("Visible to all who can read the order, and never erased: do not put personal data here.")]
    IReadOnlyDictionary<string, string>? Metadata = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.NotNull(Lines, "lines");
        Elements.NotNull(Metadata?.Values, "metadata");
    }

    public PlaceOrder ToCommand(Caller caller, RequestKey key, Guid fingerprint, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), KitchenId, BrandId, Channel, ExternalReference,
        Customer.Id ?? (caller.Role == Role.Customer ? caller.Id : null), Fulfilment.Type,
        new Contact(Customer.Name, Customer.Phone, Customer.Email, Fulfilment.Address,
            Lines.Any(line => line.Note is not null) ? [.. Lines.Select(line => line.Note)] : null, Customer.Consent),
        [.. Lines.Select(line => line.ToLine())], ExpectedTotal?.ToMoney(),
        Payment is null ? null : new Payment(Payment.Method, Payment.Status, Payment.Reference), Metadata)
    {
        Caller = caller,
        Key = key,
        Fingerprint = fingerprint,
        At = Fulfilment.At,
        Contactless = Fulfilment.Contactless == true,
    };
}

/// <summary><c>consent</c>: whether the customer agreed to messages about this order; default: no messages.</summary>
sealed record CustomerRequest(
    [property: MaxLength(NameMax)] string Name, [property: MaxLength(CustomerIdMax)] string? Id = null,
    [property: RegularExpression(Faults.PhonePattern), MaxLength(PhoneMax)]
    [property: Description("E.164: the country code first, without separators.")] string? Phone = null,
    [property: RegularExpression(EmailAddress.Pattern), MaxLength(EmailMax)] string? Email = null,
    bool? Consent = null);

[Description("A delivery needs an address; a pickup has none.")]
sealed record FulfilmentRequest(
    FulfilmentType Type, Address? Address = null,
    [property: Description("When the customer wants the order, at the door or at the counter. Absent: as soon as "
        + "possible.")]
    DateTimeOffset? At = null,
    [property: Description("The courier leaves the order at the door: no delivery code, but a photo as proof.")]
    bool? Contactless = null);

sealed record LineRequest(
    string ItemId, [property: Range(1, QuantityMax)] int Quantity,
    [property: MaxLength(ModifiersMax)] IReadOnlyList<ModifierRequest>? Modifiers = null,
    [property: MaxLength(NoteMax)] string? Note = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Elements.NotNull(Modifiers, "modifiers");

    public BasketLine ToLine() => new(
        ItemId, Quantity,
        Modifiers is null
            ? []
            : [.. Modifiers.Select(modifier => new BasketModifier(modifier.ItemId, modifier.Quantity))],
        Note);
}

sealed record ModifierRequest(
    string ItemId, [property: Range(1, ModifierQuantityMax)] int Quantity = 1);

sealed record PaymentRequest(
    [property: MaxLength(PaymentTextMax)] string Method, [property: MaxLength(PaymentTextMax)] string? Status = null,
    [property: MaxLength(PaymentTextMax)] string? Reference = null);

/// <summary>
/// <c>reason</c> and <c>stock</c> only with <c>cancelled</c>, <c>courierId</c> only without; <c>prepMinutes</c> only
/// with <c>accepted</c>; <c>code</c> and <c>override</c> only with <c>out_for_delivery</c> and <c>delivered</c>;
/// <c>proof</c> only with <c>delivered</c>.
/// </summary>
sealed record ChangeStatusRequest(
    OrderStatus Status, [property: RegularExpression(Tiffin.Domain.Code.Pattern)] string? Reason = null,
    [property: Description("Whether a cancelled order's ingredients are returned to stock or wasted. Only kitchen "
        + "staff, managers and administrators may set it; by default it depends on the order's status and progress. "
        + "by_progress: returned for lines that wait, wasted for lines that were started; wasted for all lines of "
        + "an order that is ready.")]
    StockDisposition? Stock = null,
    [property: MaxLength(ChangeStatus.CourierIdMax)] string? CourierId = null,
    [property: Description("Promises that the order will be ready in this time. Without it, the promise stays.")]
    [property: Range(1, Promise.PrepMinutesMax)]
    int? PrepMinutes = null,
    [property: Description("The four digits that the courier says at the pass, or the customer at the door.")]
    [property: RegularExpression(HandoverCode.Pattern)]
    string? Code = null,
    [property: Description("Why the order is handed over without a code, as a code such as phone_broken. Only "
        + "managers and administrators may set it. It is audited, and is the reason in the timeline.")]
    [property: RegularExpression(Tiffin.Domain.Code.Pattern)]
    string? Override = null,
    [property: Description("Proof of a contactless delivery.")] ProofBody? Proof = null,
    [property: Description("Change the order only if this is its status: otherwise the response is 409 illegal_move. "
        + "For callers that send a decision later than it was made.")]
    OrderStatus? IfStatus = null)
{
    public Command ToCommand(Guid order, IfVersion? version, Caller caller, HandoverSecrets secrets)
    {
        if (Status == OrderStatus.Cancelled)
            return new CancelOrder(order, version, Reason, Stock) { Caller = caller, IfStatus = IfStatus };
        var use = Status == OrderStatus.Delivered ? HandoverUse.Delivery : HandoverUse.Collection;
        return new ChangeStatus(order, Status, version, CourierId)
        {
            Caller = caller,
            PrepMinutes = PrepMinutes,
            IsCodeRight = Code is null ? null : secrets.Matches(order, use, Code),
            Override = Override,
            Photo = Proof?.Photo,
            IfStatus = IfStatus,
        };
    }

    /// <summary>Rejects properties that do not apply to the status, which would otherwise be ignored.</summary>
    public IReadOnlyList<Fault> CheckProperties()
    {
        var faults = new Faults();
        var isCancelled = Status == OrderStatus.Cancelled;
        if (Reason is not null && !isCancelled) faults.Add("/reason", "not_for_status", "requires status 'cancelled'");
        if (Stock is not null && !isCancelled) faults.Add("/stock", "not_for_status", "requires status 'cancelled'");
        if (CourierId is not null && isCancelled)
            faults.Add("/courierId", "not_for_status", "is not allowed with status 'cancelled'");
        if (PrepMinutes is not null && Status != OrderStatus.Accepted)
            faults.Add("/prepMinutes", "not_for_status", "requires status 'accepted'");
        CheckHandover(faults);
        return faults.All;
    }

    void CheckHandover(Faults faults)
    {
        if (Code is not null && !HandoverCode.IsValid(Code))
            faults.Add("/code", "not_a_code", $"must match {HandoverCode.Pattern}");
        var isHandover = Status is OrderStatus.OutForDelivery or OrderStatus.Delivered;
        if (Code is not null && !isHandover)
            faults.Add("/code", "not_for_status", "requires status 'out_for_delivery' or 'delivered'");
        if (Override is not null && !isHandover)
            faults.Add("/override", "not_for_status", "requires status 'out_for_delivery' or 'delivered'");
        if (Proof is not null && Status != OrderStatus.Delivered)
            faults.Add("/proof", "not_for_status", "requires status 'delivered'");
    }
}

/// <summary>A photo of the order at the door.</summary>
sealed record ProofBody(
    [property: Description("A reference to the photo in your own storage. It is published and never erased: no "
        + "address that others can open, and no personal data.")]
    [property: MaxLength(Proof.PhotoMax)] string Photo);
