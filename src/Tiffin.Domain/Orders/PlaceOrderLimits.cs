namespace Tiffin.Domain.Orders;

/// <summary>Size limits of an order. The total of an order of maximum size cannot overflow.</summary>
public static class PlaceOrderLimits
{
    public const int LinesMax = 100;
    public const int QuantityMax = 999;
    public const int ModifiersMax = 20;
    public const int ModifierQuantityMax = 99;
    public const int NameMax = 100;
    public const int PhoneMax = 16;
    public const int EmailMax = 254;
    public const int NoteMax = 200;
    public const int ReferenceMax = 100;
    public const int CustomerIdMax = Caller.IdMax;
    public const int PaymentTextMax = 100;
    public const int MetadataMax = 50;
    public const int MetadataKeyMax = 40;
    public const int MetadataValueMax = 500;

    internal static void Check(PlaceOrder order, Faults faults)
    {
        faults.Slug("/channel", order.Channel);
        faults.Text("/externalReference", order.ExternalReference, ReferenceMax);
        faults.Text("/customer/id", order.CustomerId, CustomerIdMax);
        CheckContact(order, faults);
        if (order.Contactless && order.Fulfilment == FulfilmentType.Pickup)
            faults.Add("/fulfilment/contactless", "not_for_pickup", "only a delivery can be contactless");
        faults.Count("/lines", order.Lines.Count, 1, LinesMax);
        for (var i = 0; i < Math.Min(order.Lines.Count, LinesMax); i++)
            CheckLine(order.Lines[i], $"/lines/{i}", faults);
        faults.Text("/payment/method", order.Payment?.Method, PaymentTextMax);
        faults.Text("/payment/status", order.Payment?.Status, PaymentTextMax);
        faults.Text("/payment/reference", order.Payment?.Reference, PaymentTextMax);
        CheckMetadata(order.Metadata, faults);
        if (order.ExpectedTotal is { } total) faults.Currency("/expectedTotal/currency", total.Currency);
    }

    static void CheckContact(PlaceOrder order, Faults faults)
    {
        faults.Text("/customer/name", order.Contact.Name, NameMax);
        faults.Phone("/customer/phone", order.Contact.Phone);
        faults.Email("/customer/email", order.Contact.Email, EmailMax);
        CheckAddress(order.Fulfilment, order.Contact.Address, faults);
    }

    // The address of a pickup would be personal data without a purpose.
    static void CheckAddress(FulfilmentType fulfilment, Address? address, Faults faults)
    {
        const string at = "/fulfilment/address";
        if (fulfilment == FulfilmentType.Delivery && address is null)
            faults.Add(at, "required", "a delivery needs an address");
        else if (fulfilment == FulfilmentType.Pickup && address is not null)
            faults.Add(at, "not_for_pickup", "a pickup has no address: leave it out, or set the type to 'delivery'");
        else address?.Check(at, faults);
    }

    static void CheckLine(BasketLine line, string at, Faults faults)
    {
        faults.Range($"{at}/quantity", line.Quantity, 1, QuantityMax);
        faults.Count($"{at}/modifiers", line.Modifiers.Count, 0, ModifiersMax);
        faults.Text($"{at}/note", line.Note, NoteMax);
        for (var m = 0; m < Math.Min(line.Modifiers.Count, ModifiersMax); m++)
            faults.Range($"{at}/modifiers/{m}/quantity", line.Modifiers[m].Quantity, 1, ModifierQuantityMax);
    }

    static void CheckMetadata(IReadOnlyDictionary<string, string>? metadata, Faults faults)
    {
        if (metadata is null) return;
        faults.Count("/metadata", metadata.Count, 0, MetadataMax);
        foreach (var (key, value) in metadata)
        {
            if (Faults.CharacterCount(key) is 0 or > MetadataKeyMax)
                faults.Add("/metadata", "key_length", $"keys must have 1 to {MetadataKeyMax} characters");
            else if (Faults.CharacterCount(value) > MetadataValueMax)
                faults.Add($"/metadata/{Fault.EscapePointerSegment(key)}", "too_long",
                    $"must be at most {MetadataValueMax} characters");
        }
    }
}
