using System.ComponentModel;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.PersonalData;

// The schema of the export, for the OpenAPI document. A test compares the two.

sealed record PersonalDataView(string CustomerId, IReadOnlyList<ContactView> Contacts);

[Description("Contact details stored with an order.")]
sealed record ContactView(
    Guid OrderId, string Channel, string? Name, string? Phone, string? Email, IReadOnlyList<string> Notes,
    Address? Address = null,
    [property: Description("Whether the customer agreed to messages about the order; absent if the order did not say.")]
    bool? Consent = null,
    [property: Description("The courier of the order. Do not disclose it to the customer without need.")]
    CourierDataView? Courier = null);

sealed record CourierDataView(string? Name, string? Phone, string? Vehicle);
