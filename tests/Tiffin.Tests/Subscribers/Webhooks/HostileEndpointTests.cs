using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

/// <summary>
/// Hostile behaviour of an endpoint is recorded as a failure within the time limit, and nothing leaks.
/// </summary>
public sealed class HostileEndpointTests(HostileEndpointTests.World world)
    : IClassFixture<HostileEndpointTests.World>, IAsyncLifetime
{
    readonly TestServer server = world.Server;

    /// <summary>A server whose name resolution and time limit are set by the test.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;
        internal IPAddress[] Resolved { get; set; } = [];
        internal TimeSpan Timeout
        {
            set => Server.Services.GetRequiredService<IOptions<WebhookOptions>>().Value.Timeout = value;
        }

        public async Task InitializeAsync() => Server = await TestServer.Start(configure: builder =>
        {
            builder.Services.AddSingleton<ResolveName>((_, _) => Task.FromResult(Resolved));
            WebhookServer.Quick(builder);
        });

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    public Task InitializeAsync()
    {
        world.Resolved = [IPAddress.Loopback];
        world.Timeout = Eventually.Patience;
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => server.DeleteWebhooks();

    [Fact]
    public async Task An_answer_that_never_ends_is_cut_off()
    {
        await using var receiver = await Receiver.Start(async (_, context) =>
        {
            var chunk = new byte[16 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });

        var attempt = await Call(receiver.Url);

        attempt["succeeded"]!.GetValue<bool>().ShouldBeFalse();
        attempt["error"]!.GetValue<string>().ShouldBe("the response is longer than 64 KiB");
        attempt["response"]!.GetValue<string>().Length.ShouldBe(1024);
    }

    [Fact]
    public async Task A_slow_response_is_aborted_at_the_time_limit()
    {
        await using var receiver = await Receiver.Start(async (_, context) =>
        {
            await context.Response.WriteAsync("so far", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        world.Timeout = TimeSpan.FromMilliseconds(500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");

        // Repeated if a busy machine has not begun to respond within the time limit.
        var attempt = await Eventually.Holds(() => Test(webhook), one => (string?)one["response"] == "so far");

        attempt["error"]!.GetValue<string>().ShouldBe("the response was not complete within 0.5 s");
        attempt["responseCode"]!.GetValue<int>().ShouldBe(200);
    }

    [Fact]
    public async Task A_missing_response_is_aborted_at_the_time_limit()
    {
        await using var receiver = await Receiver.Start(
            (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        world.Timeout = TimeSpan.FromMilliseconds(500);

        (await Call(receiver.Url))["error"]!.GetValue<string>().ShouldBe("no response within 0.5 s");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var inner = await Receiver.Start();
        await using var receiver = await Receiver.Start((_, context) =>
        {
            context.Response.Redirect(inner.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        var attempt = await Call(receiver.Url);

        attempt["succeeded"]!.GetValue<bool>().ShouldBeFalse();
        attempt["responseCode"]!.GetValue<int>().ShouldBe(307);
        attempt["error"]!.GetValue<string>().ShouldBe("redirects are not followed");
        inner.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("HTTP/1.1 2OO OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("")]
    public async Task Garbage_is_recorded_as_a_failure(string bytes)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Answer(listener, bytes);

        var attempt = await Call($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        attempt["succeeded"]!.GetValue<bool>().ShouldBeFalse();
        attempt["error"]!.GetValue<string>().ShouldNotBeEmpty();
        await answering;
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        await using var receiver = await Receiver.Start((_, context) =>
        {
            for (var i = 0; i < 40; i++) context.Response.Headers[$"x-{i}"] = new string('a', 1000);
            return Task.CompletedTask;
        });

        (await Call(receiver.Url))["succeeded"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_turns_private_after_it_was_checked_is_not_called()
    {
        await using var receiver = await Receiver.Start();
        var url = receiver.Url.Replace("127.0.0.1", "hooks.example", StringComparison.Ordinal);
        var (webhook, _) = await server.Webhook(url, "order.*");
        world.Resolved = [IPAddress.Parse("10.0.0.7")];

        var attempt = await Test(webhook);

        attempt["error"]!.GetValue<string>().ShouldBe(AddressPolicy.NotPublic);
        attempt.ToJsonString().ShouldNotContain("10.0.0.7");
        receiver.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_with_one_private_address_is_not_called()
    {
        await using var receiver = await Receiver.Start();
        var url = receiver.Url.Replace("127.0.0.1", "hooks.example", StringComparison.Ordinal);
        var (webhook, _) = await server.Webhook(url, "order.*");
        world.Resolved = [IPAddress.Loopback, IPAddress.Parse("fd00::1")];

        (await Test(webhook))["error"]!.GetValue<string>().ShouldBe(AddressPolicy.NotPublic);
        receiver.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_looked_up()
    {
        await using var receiver = await Receiver.Start();
        var url = receiver.Url.Replace("127.0.0.1", "hooks.example", StringComparison.Ordinal);
        var (webhook, _) = await server.Webhook(url, "order.*");

        (await Test(webhook))["succeeded"]!.GetValue<bool>().ShouldBeTrue();

        receiver.Calls.Single().Headers["host"].ShouldStartWith("hooks.example:");
        receiver.Calls.Single().Headers.Keys.ShouldNotContain("traceparent");
        receiver.Calls.Single().Type.ShouldBe("webhook.test");
    }

    async Task<JsonNode> Call(string url) => await Test((await server.Webhook(url, "order.*")).Id);

    async Task<JsonNode> Test(string webhook)
    {
        var response = await server.Client.Post($"/v1/webhooks/{webhook}/test", null);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    static async Task Answer(TcpListener listener, string bytes)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[16 * 1024]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        client.Client.Shutdown(SocketShutdown.Send);
        // Reads until the caller has closed, too; the content does not matter.
        while (await Read(stream) > 0) { }
    }

    static async Task<int> Read(NetworkStream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1024]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
