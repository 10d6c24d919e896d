using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Http.Orders;

public sealed record PlaceOrderRequest(
    string KitchenId, string BrandId, string Channel, CustomerRequest Customer, FulfilmentRequest Fulfilment,
    IReadOnlyList<LineRequest> Lines, string? ExternalReference = null, MoneyBody? ExpectedTotal = null,
    PaymentRequest? Payment = null, IReadOnlyDictionary<string, string>? Metadata = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.NotNull(Lines, "lines");
        Elements.NotNull(Metadata?.Values, "metadata");
    }

    public PlaceOrder ToCommand(Caller caller, RequestKey key, Guid fingerprint) => new(
        Guid.CreateVersion7(), KitchenId, BrandId, Channel, ExternalReference,
        Customer.Id ?? (caller.Role == Role.Customer ? caller.Id : null), Fulfilment.Type,
        new Contact(Customer.Name, Customer.Phone, Customer.Email, Fulfilment.Address, Fulfilment.Instructions,
            Lines.Any(line => line.Note is not null) ? [.. Lines.Select(line => line.Note)] : null, Customer.Consent),
        [.. Lines.Select(line => line.ToLine())], ExpectedTotal?.ToMoney(),
        Payment is null ? null : new Payment(Payment.Method, Payment.Status, Payment.Reference), Metadata)
    {
        Caller = caller,
        Key = key,
        Fingerprint = fingerprint,
    };
}

/// <summary><c>consent</c>: the customer agreed to get messages about this order; left out, none are sent.</summary>
public sealed record CustomerRequest(
    string Name, string? Id = null, string? Phone = null, string? Email = null, bool? Consent = null);

public sealed record FulfilmentRequest(FulfilmentType Type, string? Address = null, string? Instructions = null);

public sealed record LineRequest(
    string ItemId, int Quantity, IReadOnlyList<ModifierRequest>? Modifiers = null, string? Note = null)
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

public sealed record ModifierRequest(string ItemId, int Quantity = 1);

public sealed record PaymentRequest(string Method, string? Status = null, string? Reference = null);

/// <summary><c>reason</c> and <c>stock</c> go with <c>cancelled</c>, <c>courierId</c> with the others.</summary>
public sealed record ChangeStatusRequest(
    OrderStatus Status, string? Reason = null, StockDisposition? Stock = null, string? CourierId = null);
