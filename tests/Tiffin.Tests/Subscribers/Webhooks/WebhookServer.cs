using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Engine.EventLog;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>A server that may call this machine, and polls and retries within milliseconds.</summary>
static class WebhookServer
{
    public static void Quick(WebApplicationBuilder builder) => Quick(builder, _ => { });

    public static void Quick(WebApplicationBuilder builder, Action<WebhookOptions> more)
    {
        builder.Services.PostConfigure<SubscriptionOptions>(options =>
        {
            options.PollInterval = options.LeaseRetryInterval = TimeSpan.FromMilliseconds(20);
            options.LeaseDuration = TimeSpan.FromSeconds(2);
        });
        builder.Services.PostConfigure<WebhookOptions>(options =>
        {
            options.AllowHttp = options.AllowLoopback = true;
            options.PollInterval = TimeSpan.FromMilliseconds(20);
            options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 6)];
            // A pause of the machine for seconds neither repeats a call nor fails one.
            options.LeaseDuration = TimeSpan.FromSeconds(30);
            options.Timeout = options.ConnectTimeout = Eventually.Patience;
            more(options);
        });
    }

    public static async Task<HttpResponseMessage> Post(
        this HttpClient client, string path, object? body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await client.SendAsync(request);
    }

    /// <summary>Creates an endpoint; returns its id and its secret.</summary>
    public static async Task<(string Id, string Secret)> Webhook(
        this TestServer server, string url, params string[] types)
    {
        var created = await server.Client.Post("/v1/webhooks", new { url, types });
        var body = await created.Content.ReadAsStringAsync();
        created.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, body);
        var webhook = JsonNode.Parse(body)!;
        return (webhook["id"]!.GetValue<string>(), webhook["secret"]!.GetValue<string>());
    }

    /// <summary>Deletes the endpoints of all owners, so that later events are sent nowhere.</summary>
    public static async Task DeleteWebhooks(this TestServer server)
    {
        foreach (var webhook in (await server.Get("/v1/webhooks"))["data"]!.AsArray())
            (await server.Client.DeleteAsync($"/v1/webhooks/{webhook!["id"]}")).EnsureSuccessStatusCode();
    }

    /// <summary>Places an order in the kitchen that accepts automatically (two events); returns its id.</summary>
    public static async Task<string> PlaceOrder(this TestServer server, string kitchen = "k1")
    {
        var placed = await server.Client.Place(SmallChain.Order(kitchen));
        var body = await placed.Content.ReadAsStringAsync();
        placed.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, body);
        return JsonNode.Parse(body)!["id"]!.GetValue<string>();
    }

    public static async Task Move(this TestServer server, string order, string status)
    {
        var moved = await server.Client.PutAsJsonAsync($"/v1/orders/{order}/status", new { status });
        moved.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await moved.Content.ReadAsStringAsync());
    }

    public static async Task<JsonArray> Deliveries(this TestServer server, string webhook, string query = "") =>
        (await server.Get($"/v1/webhooks/{webhook}/deliveries?limit=200&{query}"))["data"]!.AsArray();

    /// <summary>Waits until the receiver has got this number of calls.</summary>
    public static Task Receives(this Receiver receiver, int calls) => Eventually.Holds(
        () => receiver.Calls.Select(call => ((string?)call.Event["type"], call.Subject, call.Number)).ToList(),
        received => received.Count >= calls, $"{calls} calls");

    /// <summary>Waits until this many deliveries to an endpoint are in a state.</summary>
    public static Task Has(this TestServer server, string webhook, int count, string status) => Eventually.Holds(
        () => server.Deliveries(webhook),
        all => all.Count(one => one!["status"]!.GetValue<string>() == status) == count,
        $"{count} deliveries that are {status}");

    public static Task IsDisabled(this TestServer server, string webhook) => Eventually.Holds(
        () => server.Get($"/v1/webhooks/{webhook}"), one => one["status"]!.GetValue<string>() == "disabled",
        "the endpoint is disabled");
}
