using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>Orders of customers who may want notifications, and the notifications about them.</summary>
static class ToldOrder
{
    public static object Email(string email, bool? consent = true) => new { name = "Asha", email, consent };

    public static object Phone(string phone) =>
        new { name = "Asha", phone, email = "asha@example.com", consent = true };

    public static async Task<Guid> Placed(TestServer server, object customer)
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!.AsObject();
        var given = JsonSerializer.SerializeToNode(customer)!.AsObject();
        foreach (var absent in given.Where(member => member.Value is null).ToList()) given.Remove(absent.Key);
        order["customer"] = given;
        var answer = await server.Client.Place(order);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!["id"]!.GetValue<Guid>();
    }

    public static async Task Move(TestServer server, Guid order, string status) =>
        (await server.Client.PutAsJsonAsync($"v1/orders/{order}/status", new { status })).StatusCode
            .ShouldBe(HttpStatusCode.OK);

    public static async Task<List<Entry>> List(TestServer server, Guid order)
    {
        var list = await server.Client.GetFromJsonAsync<JsonObject>($"v1/orders/{order}/notifications");
        return list!["data"].Deserialize<List<Entry>>(JsonSerializerOptions.Web)!;
    }

    /// <summary>The notifications about an order, once all of them have ended.</summary>
    public static async Task<List<Entry>> Told(TestServer server, Guid order, int count = 1)
    {
        var list = await Eventually.Holds(() => List(server, order),
            entries => entries.Count >= count && entries.TrueForAll(entry => entry.EndedAt != null));
        list.Count.ShouldBe(count);
        return list;
    }
}

sealed record Entry(
    string Status, string Channel, string State, DateTimeOffset At, int Attempts, DateTimeOffset? NextTryAt,
    DateTimeOffset? EndedAt, string? Error);
