using System.ComponentModel;

namespace Tiffin.Features.PersonalData;

// The shape of what each place writes, for the API document; a test holds them together.

public sealed record PersonalDataView(string CustomerId, IReadOnlyList<ContactView> Contacts);

[Description("What an order knows of its customer.")]
public sealed record ContactView(
    Guid OrderId, string Channel, string? Name, string? Phone, string? Email, string? Address, string? Instructions,
    IReadOnlyList<string> Notes);
