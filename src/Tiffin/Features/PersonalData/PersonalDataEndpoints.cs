using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Edge.Access.RoleSet;
using static Tiffin.Edge.Access.Visibility;

namespace Tiffin.Features.PersonalData;

/// <summary>Rights of data subjects (GDPR) over their personal data (PII): access and erasure.</summary>
static class PersonalDataEndpoints
{
    public static void MapPersonalData(this IEndpointRouteBuilder app)
    {
        var data = app.MapGroup("/v1/customers/{id}/personal-data").WithTags("Personal data")
            .PathParameter("id", "The customer's id.", Bounds.FreeText());
        data.MapGet("", Export)
            .Allow(Admin, Chain).Audit()
            .Describe("exportPersonalData", "Export a customer's personal data",
                "All personal data of the customer's orders. Returns empty lists for an unknown customer.")
            .QueryParameter("channel", "Only orders of this channel. Another channel can use the same id for a "
                + "different person.")
            .Response<PersonalDataView>(200, "The customer's personal data.")
            .Problem(404, "not_found");
        data.MapDelete("", Erase)
            .Allow(Admin, Chain).Audit()
            .Describe("erasePersonalData", "Erase a customer's personal data",
                "Erases names, phone numbers, e-mail addresses, addresses and notes, and those of couriers, from all "
                + "orders. Keeps the orders and their amounts.")
            .QueryParameter("channel", "Only orders of this channel. Another channel can use the same id for a "
                + "different person.")
            .Response(204, "Erased.")
            .Problem(404, "not_found");
    }

    static async Task<IResult> Export(
        string id, HttpContext context, Database database)
    {
        id = UnescapeId(id, context);
        if (CheckRequest(id, context, out var channel) is { } bad) return bad;
        await using var connection = await database.OpenRequest(context.RequestAborted);
        var contacts = await ContactTable.OfCustomer(connection, id, channel, context.RequestAborted);
        var output = new ArrayBufferWriter<byte>(1024);
        await using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("customerId", id);
            json.WriteStartArray("contacts");
            foreach (var one in contacts) Write(json, one.Order, one.Channel, one.Contact, one.Courier);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Results.Bytes(output.WrittenMemory, "application/json");
    }

    static void Write(
        Utf8JsonWriter json, Guid order, string channel, Contact contact, CourierContact? courier)
    {
        json.WriteStartObject();
        json.WriteString("orderId", order);
        json.WriteString("channel", channel);
        json.WriteString("name", contact.Name);
        json.WriteString("phone", contact.Phone);
        json.WriteString("email", contact.Email);
        json.WriteStartArray("notes");
        foreach (var note in (contact.Notes ?? []).OfType<string>()) json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteAddress(contact.Address);
        if (contact.Consent is { } consent) json.WriteBoolean("consent", consent);
        if (courier is not null)
        {
            json.WriteStartObject("courier");
            json.WriteString("name", courier.Name);
            json.WriteString("phone", courier.Phone);
            json.WriteString("vehicle", courier.Vehicle);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static async Task<IResult> Erase(
        string id, HttpContext context, Database database)
    {
        id = UnescapeId(id, context);
        if (CheckRequest(id, context, out var channel) is { } bad) return bad;
        await using var change = await database.Begin(context.RequestAborted);
        await ContactTable.Erase(change.Connection, id, channel, context.RequestAborted);
        await change.Commit(context.RequestAborted);
        return TypedResults.NoContent();
    }

    // Routing does not decode %2F, so it cannot be distinguished from %252F; customer ids may contain a slash.
    static string UnescapeId(string id, HttpContext context) => id.Contains("%2F", StringComparison.OrdinalIgnoreCase)
        ? Uri.UnescapeDataString(context.Features.GetRequiredFeature<IHttpRequestFeature>()
            .RawTarget.Split('?')[0].Split('/')[^2])
        : id;

    static Problem? CheckRequest(string id, HttpContext context, out string? channel)
    {
        var query = new Query(context);
        channel = query.Slug("channel");
        return Faults.CharacterCount(id) > PlaceOrderLimits.CustomerIdMax || id.Contains('\0', StringComparison.Ordinal)
            ? Problems.NotFound
            : query.Problem;
    }
}
