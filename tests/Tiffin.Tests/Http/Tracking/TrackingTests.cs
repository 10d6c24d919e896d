using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Edge;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Tracking;

public sealed class TrackingTests
{
    static readonly string[] wholeWay =
        ["placed", "accepted", "preparing", "ready", "out_for_delivery", "delivered"];

    [Fact]
    public async Task The_customer_sees_the_order_and_nothing_that_is_not_theirs()
    {
        await using var server = await Open();
        var order = await Place(server);

        var text = await server.Client.GetStringAsync(Url(order));

        var tracked = JsonNode.Parse(text)!;
        tracked["status"]!.GetValue<string>().ShouldBe("accepted");
        tracked["brand"]!.GetValue<string>().ShouldBe("Dosa Corner");
        tracked["number"]!.GetValue<int>().ShouldBe(order["number"]!.GetValue<int>());
        tracked["items"]!.ToJsonString().ShouldBe("""[{"name":"masala","quantity":1}]""");
        tracked["timeline"]!.AsArray().Select(step => step!["status"]!.GetValue<string>())
            .ShouldBe(["placed", "accepted"]);
        foreach (var secret in new[] { order["id"]!.GetValue<string>(), "Asha",
            "9800000000", "MG Road", "Ashok Nagar", "560001", "\"by\"", "k1" })
            text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task The_stream_of_a_link_shows_each_status_and_ends_with_the_last()
    {
        await using var server = await Open();
        var order = await Place(server);
        using var stream = await server.Client.OpenStream(Url(order) + "/events");
        var reading = stream.Take(int.MaxValue);

        foreach (var status in new[] { "preparing", "out_for_delivery", "delivered" })
            await Move(server, order, status);

        var steps = await reading;
        steps.Select(step => step.Data["status"]!.GetValue<string>()).ShouldBe(wholeWay);
        steps.Select(step => step.Id).ShouldBe(["1", "2", "3", "4", "5", "6"]);
    }

    [Fact]
    public async Task A_stream_resumes_where_it_was_cut_and_stays_away_after_the_end()
    {
        await using var server = await Open();
        var order = await Place(server);
        foreach (var status in new[] { "preparing", "out_for_delivery", "delivered" })
            await Move(server, order, status);
        var path = $"/v1/orders/{order["id"]!.GetValue<string>()}/events";

        using var resumed = await server.Client.OpenStream(path, lastEventId: "4");
        using var ended = await server.Client.OpenStream(path + "?lastEventId=6");
        using var invented = await server.Client.OpenStream(path, lastEventId: "7");

        (await resumed.Take(int.MaxValue)).Select(step => step.Id).ShouldBe(["5", "6"]);
        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        invented.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Two_hundred_followers_of_one_order_all_see_it_move()
    {
        await using var server = await Open();
        var order = await Place(server);
        var streams = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => server.Client.OpenStream(Url(order) + "/events")));

        await Move(server, order, "cancelled");

        foreach (var stream in streams)
            (await stream.Take(int.MaxValue))[^1].Data["status"]!.GetValue<string>().ShouldBe("cancelled");
    }

    [Fact]
    public async Task An_orders_events_are_listed_as_they_are_in_the_feed()
    {
        await using var server = await Open();
        var order = await Place(server);

        var id = order["id"]!.GetValue<string>();
        var history = await server.Client.GetStringAsync(new Uri($"/v1/orders/{id}/events", UriKind.Relative));
        var feed = await server.Client.GetStringAsync(new Uri("/v1/events?types=order.*", UriKind.Relative));

        JsonNode.Parse(history)!["data"]!.ToJsonString().ShouldBe(JsonNode.Parse(feed)!["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA'%20OR%20'1'='1AAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA%20AAAAAAAAAAAAAAAAAAA")]
    public async Task A_malformed_token_is_not_found(string token)
    {
        await using var server = await Open();

        (await server.Client.GetAsync(new Uri($"/v1/track/{token}", UriKind.Relative)))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_changed_at_any_character_is_invalid()
    {
        await using var server = await Open();
        var tokens = server.Services.GetRequiredService<TrackingTokens>();
        var token = tokens.Of(Guid.NewGuid());

        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            tokens.Read(new string(changed)).ShouldBeNull($"place {i}");
        }
    }

    [Fact]
    public async Task Two_installations_name_the_same_order_differently()
    {
        await using var one = await TestServer.Start();
        await using var other = await TestServer.Start();
        var order = Guid.NewGuid();

        var token = one.Services.GetRequiredService<TrackingTokens>().Of(order);

        one.Services.GetRequiredService<TrackingTokens>().Read(token).ShouldBe(order);
        other.Services.GetRequiredService<TrackingTokens>().Read(token).ShouldBeNull();
    }

    static async Task<TestServer> Open()
    {
        var server = await TestServer.Start();
        await SmallChain.Open(server);
        return server;
    }

    static string Url(JsonNode order) => order.TrackPath();

    static async Task<JsonNode> Place(TestServer server) =>
        JsonNode.Parse(await (await server.Client.Place(SmallChain.Order())).Content.ReadAsStringAsync())!;

    static async Task Move(TestServer server, JsonNode order, string status) =>
        (await server.Client.PutAsJsonAsync(
            $"/v1/orders/{order["id"]!.GetValue<string>()}/status", new { status })).EnsureSuccessStatusCode();
}
