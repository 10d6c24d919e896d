using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>
/// One caller of each role, all of kitchen k1, channel "app", customer c-1; and orders: theirs, and others of kitchen
/// k2, channel "web", customer c-2.
/// </summary>
sealed class MatrixCast(TestServer server) : IDisposable
{
    public IReadOnlyDictionary<string, HttpClient> Callers { get; private set; } =
        new Dictionary<string, HttpClient>();

    public string Theirs { get; private set; } = "";
    public string Foreign { get; private set; } = "";

    public static async Task<MatrixCast> Enter(TestServer server)
    {
        await SmallChain.Open(server);
        foreach (var kitchen in new[] { "k1", "k2" })
            await server.Put($"/v1/kitchens/{kitchen}/stock/ghee", new { threshold = 1_000_000 });
        var cast = new MatrixCast(server)
        {
            Callers = new Dictionary<string, HttpClient>
            {
                ["anonymous"] = server.Stranger(),
                ["admin"] = await server.ClientOf(Role.Admin),
                ["manager"] = await server.ClientOf(Role.Manager, ["k1"]),
                ["kitchen"] = await server.ClientOf(Role.Kitchen, ["k1"]),
                ["courier"] = await server.ClientOf(Role.Courier, ["k1"], subject: "courier-1"),
                ["channel"] = await server.ClientOf(Role.Channel, channel: "app"),
                ["customer"] = await server.ClientOf(Role.Customer, channel: "app", subject: "c-1"),
            },
        };
        cast.Theirs = await cast.Place(theirs: true);
        cast.Foreign = await cast.Place(theirs: false);
        foreach (var theirs in new[] { true, false }) await cast.MakeDevice(theirs);
        return cast;
    }

    public static object Order(
        bool theirs, string name = "Asha", string? customer = null, string? reference = null) => new
    {
        externalReference = reference,
        kitchenId = theirs ? "k1" : "k2",
        brandId = "dosa",
        channel = theirs ? "app" : "web",
        customer = new
        {
            id = customer ?? (theirs ? "c-1" : "c-2"), name, phone = "+919800000000", email = "a@example.com",
        },
        fulfilment = new { type = "delivery", address = SmallChain.Home },
        lines = new[] { new { itemId = "plain", quantity = 1, note = "crisp" } },
    };

    /// <summary>A new order; returns its id.</summary>
    public async Task<string> Place(bool theirs)
    {
        var placed = await server.Client.Place(Order(theirs));
        return (string)JsonNode.Parse(await placed.Content.ReadAsStringAsync())!["id"]!;
    }

    /// <summary>A webhook of a caller who may have one, or of the administrator; returns its id.</summary>
    public async Task<string> MakeWebhook(HttpClient caller)
    {
        foreach (var owner in new[] { caller, server.Client })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks")
            {
                Content = new StringContent(Webhook, null, "application/json"),
            };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var made = await owner.SendAsync(request);
            if (made.IsSuccessStatusCode)
                return (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        }
        throw new InvalidOperationException("no caller may have a webhook");
    }

    /// <summary>No server answers at that address, which does not matter here.</summary>
    public const string Webhook = """{ "url": "http://127.0.0.1:9/", "types": ["order.placed"] }""";

    /// <summary>A pending delivery to an endpoint; returns the event's id.</summary>
    public async Task<string> MakeDelivery(string webhook, bool theirs)
    {
        await Place(theirs);
        JsonArray deliveries = [];
        await Eventually.Holds(async () =>
        {
            deliveries = (await server.Get($"/v1/webhooks/{webhook}/deliveries"))["data"]!.AsArray();
            return deliveries.Count > 0;
        }, "a delivery");
        return (string)deliveries[0]!["id"]!;
    }

    /// <summary>Sets an address, so that there is one to read and to delete.</summary>
    public async Task SetAlertAddress(string path)
    {
        using var body = new StringContent("""{ "email": "chef@example.com" }""", null, "application/json");
        (await server.Client.PutAsync(path, body)).EnsureSuccessStatusCode();
    }

    /// <summary>A device in a kitchen; returns its id.</summary>
    public async Task<string> MakeDevice(bool theirs)
    {
        var tablet = await Tablet.Paired(server, theirs ? "k1" : "k2");
        tablet.Dispose();
        return tablet.Id;
    }

    /// <summary>A key that may be deleted; returns its id.</summary>
    public async Task<string> MakeKey()
    {
        var made = await server.Client.PostAsJsonAsync("/v1/keys", new { role = "admin", label = "to go" });
        return (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
    }

    public void Dispose()
    {
        foreach (var caller in Callers.Values) caller.Dispose();
    }
}
