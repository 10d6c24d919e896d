using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Engine.Commit;

namespace Tiffin.Tests.Support;

/// <summary>
/// A small chain: brand "dosa", kitchens "k1" (accepts automatically) and "k2" (manually), items "masala" (100 rice,
/// 50 potato; 120.00) and "plain" (100 rice; 90.00), modifier "ghee-extra" (10 ghee; 15.00), 5 % tax, no fees.
/// </summary>
public static class SmallChain
{
    const string Kolkata = "Asia/Kolkata";

    public static readonly Caller Admin = new(Role.Admin, "test");

    public static async Task Open(
        TestServer server, long rice = 10_000, long potato = 10_000, long ghee = 10_000, string zone = Kolkata)
    {
        CatalogueCommand[] puts =
        [
            new PutBrand("dosa", "Dosa Corner") { Caller = Admin },
            new PutIngredient("rice", "Rice batter", "g") { Caller = Admin },
            new PutIngredient("potato", "Potato masala", "g") { Caller = Admin },
            new PutIngredient("ghee", "Ghee", "ml") { Caller = Admin },
            Item("ghee-extra", ItemKind.Modifier, 1500, [], ("ghee", 10)),
            Item("masala", ItemKind.Item, 12000, ["ghee-extra"], ("rice", 100), ("potato", 50)),
            Item("plain", ItemKind.Item, 9000, ["ghee-extra"], ("rice", 100)),
            Kitchen("k1", Acceptance.Automatic, zone),
            Kitchen("k2", Acceptance.Manual, zone),
        ];
        var import = new ImportCatalogue([.. puts.Select((put, i) => new ImportEntry($"/{i}", put))])
        {
            Caller = Admin,
        };
        (await server.Pipeline.Submit(import)).ShouldBeOfType<Outcome.Done>();
        foreach (var kitchen in new[] { "k1", "k2" })
        {
            var received = new RecordMovements(kitchen,
                [Received("rice", rice), Received("potato", potato), Received("ghee", ghee)])
            {
                Caller = Admin,
                Key = new RequestKey(Guid.NewGuid()),
                Fingerprint = Guid.NewGuid(),
            };
            (await server.Pipeline.Submit(received)).ShouldBeOfType<Outcome.OfJson>();
        }
    }

    public static JsonObject Home => new()
    {
        ["line1"] = "12 MG Road", ["locality"] = "Ashok Nagar", ["city"] = "Bengaluru", ["postcode"] = "560001",
        ["country"] = "IN",
    };

    public static object Order(string kitchen = "k1", string item = "masala", int quantity = 1) => new
    {
        kitchenId = kitchen,
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha", phone = "+919800000000" },
        fulfilment = new { type = "delivery", address = Home },
        lines = new[] { new { itemId = item, quantity } },
    };

    public static Task<HttpResponseMessage> Place(this HttpClient client, object order, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders") { Content = JsonContent.Create(order) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return client.SendAsync(request);
    }

    static PutItem Item(
        string id, ItemKind kind, long price, string[] modifiers, params (string Sku, long Quantity)[] recipe) =>
        new(id, "dosa", id, null, kind, new Money(price, "INR"), 500,
            [.. recipe.Select(line => new RecipeLine(line.Sku, line.Quantity))], modifiers) { Caller = Admin };

    /// <summary>A time zone in which it is noon: order numbers restart at midnight.</summary>
    public static string ZoneOfNoon => $"Etc/GMT{DateTimeOffset.UtcNow.Hour - 12:+0;-0;+0}";

    public static PutKitchen Kitchen(string id, Acceptance acceptance, string zone = Kolkata) => new(
        id, id, "Bengaluru", zone, TimeZoneInfo.FindSystemTimeZoneById(zone), "INR", ["dosa"], acceptance, 8,
        new Fees(0, 0)) { Caller = Admin };

    static MovementLine Received(string sku, long quantity) => new(sku, MovementKind.Received, quantity, null);
}
