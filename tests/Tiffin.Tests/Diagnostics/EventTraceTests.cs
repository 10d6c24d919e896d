using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Subscribers.Broker;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Diagnostics;

/// <summary>A trace continues after the commit, in everything that processes the event.</summary>
[Collection("RabbitMQ")]
public sealed class EventTraceTests
{
    const string Caller = "00f067aa0ba902b7";

    [Fact]
    public async Task A_trace_follows_an_order_through_its_event_to_a_webhook_and_the_broker()
    {
        var trace = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var collector = await OtlpCollector.Start();
        await using var receiver = await Receiver.Start();
        string told, called, published;
        await using (var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            builder.Configuration["Broker:Url"] = url.AbsoluteUri;
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }))
        {
            await SmallChain.Open(server);
            await server.Webhook(receiver.Url, "order.placed");
            await Place(server, trace);

            await receiver.Receives(1);
            await using var stream = await BrokerTests.OpenStream(url);
            await Eventually.Holds(() => stream.Messages.Select(message => message.RoutingKey).ToList(),
                keys => keys.Contains("order.placed.k1"));
            var placed = (await server.Get("/v1/events?types=order.placed"))["data"]!.AsArray().ShouldHaveSingleItem();
            told = placed!["traceparent"]!.GetValue<string>();
            called = receiver.Calls[0].Headers["traceparent"];
            published = stream.Messages.First(message => message.RoutingKey == "order.placed.k1").Traceparent!;
            receiver.Calls[0].Event["traceparent"]!.GetValue<string>().ShouldBe(told);
        }

        var spans = collector.Spans;
        var request = spans.Where(span => span.Trace == trace && span.Parent == Caller).ShouldHaveSingleItem();
        told.ShouldBe($"00-{trace}-{request.Id}-01");
        var webhook = spans.Where(span => span.Name == "webhook" && span.Parent == request.Id).ShouldHaveSingleItem();
        called.ShouldBe($"00-{trace}-{webhook.Id}-01");
        // One each for placed and accepted, both from this request.
        var publishing = spans.Where(span => span.Name == "publish" && span.Parent == request.Id).ToList();
        publishing.Count.ShouldBe(2);
        published.ShouldStartWith($"00-{trace}-");
        spans.ShouldContain(span => published.Contains(span.Id) && publishing.Any(one => one.Id == span.Parent));
    }

    /// <summary>Tested directly: listeners are process-wide, and other tests may have some.</summary>
    [Fact]
    public void An_untraced_commit_has_no_header() => CommitTrace.Traceparent(default).ShouldBeNull();

    static async Task Place(TestServer server, string trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders")
        {
            Content = JsonContent.Create(SmallChain.Order()),
            Headers = { { "Idempotency-Key", "traced" }, { "traceparent", $"00-{trace}-{Caller}-01" } },
        };
        (await server.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }
}
