using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tiffin.Dev;
using Tiffin.Features.Notifications;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Notifications.ToldOrder;

namespace Tiffin.Tests.Subscribers.Notifications;

/// <summary>Text messages to a provider whose response depends on the number that is called.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    const string Shape = """
        { "from": "DOSA", "messages": [{ "to": "{to}", "body": { "text": "{text}" } }], "ref": "{id}" }
        """;

    /// <summary>The provider's response, by the number that is called.</summary>
    static readonly Dictionary<string, string> numbers = new[]
    {
        "429 once", "503 later once", "503", "500", "400", "302", "502", "hang up", "hang",
    }.Index().ToDictionary(one => $"+4930000000{one.Index}", one => one.Item);

    readonly WebApplication gateway = Gateway(FreePort.Draw());
    readonly ConcurrentQueue<(string? Key, JsonNode Body)> received = [];
    TestServer server = null!;

    public async Task InitializeAsync()
    {
        gateway.MapPost("/send", (Delegate)Receive);
        await gateway.StartAsync();
        server = await TestServer.Start(configure: builder =>
        {
            builder.Configuration["Notifications:Gateway:Url"] = gateway.Urls.First() + "/send";
            builder.Configuration["Notifications:Gateway:Body"] = Shape;
            builder.Configuration["Notifications:Gateway:Headers:X-Key"] = "k-1";
            builder.Configuration["Notifications:RetryBackoff"] = "00:00:00.2";
            builder.Configuration["Notifications:PollInterval"] = "00:00:00.05";
            builder.Configuration["Notifications:Timeout"] = $"{Eventually.Patience}";
        });
        await SmallChain.Open(server);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task The_provider_gets_the_message_in_the_configured_format()
    {
        var order = await Placed(server, Phone("+919800000001"));

        (await Told(server, order)).Single().ShouldSatisfyAllConditions(
            entry => entry.State.ShouldBe("sent"), entry => entry.Channel.ShouldBe("phone"));
        var (key, body) = received.Single();
        key.ShouldBe("k-1");
        body["from"]!.GetValue<string>().ShouldBe("DOSA");
        body["messages"]![0]!["to"]!.GetValue<string>().ShouldBe("+919800000001");
        // Without a public address there is no link to follow.
        body["messages"]![0]!["body"]!["text"]!.GetValue<string>().ShouldBe("Dosa Corner has accepted your order 1.");
        Guid.TryParse(body["ref"]!.GetValue<string>(), out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("429 once", "sent", 2)]
    [InlineData("503 later once", "sent", 2)]
    [InlineData("503", "unknown", 1)]
    [InlineData("500", "unknown", 1)]
    [InlineData("400", "refused", 1)]
    [InlineData("302", "refused", 1)]
    [InlineData("502", "unknown", 1)]
    [InlineData("hang up", "unknown", 1)]
    [InlineData("hang", "unknown", 1)]
    public async Task The_response_decides_the_state_and_only_a_temporary_refusal_is_retried(
        string answer, string state, int calls)
    {
        if (answer == "hang")
            server.Services.GetRequiredService<IOptions<NotificationOptions>>().Value.Timeout = TimeSpan.FromSeconds(5);
        var order = await Placed(server, Phone(numbers.Single(one => one.Value == answer).Key));

        (await Told(server, order)).Single().ShouldSatisfyAllConditions(
            entry => entry.State.ShouldBe(state), entry => entry.Attempts.ShouldBe(calls));
        received.Count.ShouldBe(calls);
        received.Select(call => call.Body["ref"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_gateway_that_is_away_gets_the_message_when_it_is_back()
    {
        var port = new Uri(gateway.Urls.First()).Port;
        await gateway.StopAsync();
        var order = await Placed(server, Phone("+919800000000"));
        await Eventually.Holds(() => List(server, order), entries => entries is [{ Attempts: > 1 }]);

        await using var back = Gateway(port);
        back.MapPost("/send", (Delegate)Receive);
        await back.StartAsync();

        (await Told(server, order)).Single().State.ShouldBe("sent");
        received.Count.ShouldBe(1);
    }

    static WebApplication Gateway(int port)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", $"http://127.0.0.1:{port}"]);
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    async Task<IResult> Receive(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var isFirst = received.IsEmpty;
        received.Enqueue((context.Request.Headers["X-Key"], body));
        switch (numbers.GetValueOrDefault(body["messages"]![0]!["to"]!.GetValue<string>()))
        {
            case "429 once" when isFirst:
                return Results.StatusCode(429);
            case "503 later once" when isFirst:
                context.Response.Headers.RetryAfter = "1";
                return Results.StatusCode(503);
            case "503":
                return Results.StatusCode(503);
            case "500":
                return Results.StatusCode(500);
            case "400":
                return Results.StatusCode(400);
            case "302":
                return Results.Redirect("/send");
            case "502":
                return Results.StatusCode(502);
            case "hang up":
                context.Abort();
                return Results.Empty;
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                return Results.Empty;
            default:
                return Results.Ok();
        }
    }
}
