using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tiffin.Domain;
using Tiffin.Engine.Commit;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class GivingUpTests
{
    [Fact]
    public async Task An_endpoint_that_answers_410_is_disabled_and_the_event_reaches_others()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var gone = await Receiver.Answering(_ => 410);
        await using var watcher = await Receiver.Start();
        var (webhook, _) = await server.Webhook(gone.Url, "order.*");
        await server.Webhook(watcher.Url, "webhook.*");

        for (var i = 0; i < 3; i++) await server.PlaceOrder();
        await watcher.Receives(1);

        await server.IsDisabled(webhook);
        var told = watcher.Calls.Single();
        told.Type.ShouldBe("webhook.disabled");
        told.Subject.ShouldBe($"webhooks/{webhook}");
        told.Event["data"]!["host"]!.GetValue<string>().ShouldBe("127.0.0.1");
        (await server.Get($"/v1/webhooks/{webhook}"))["disabledReason"]!.GetValue<string>()
            .ShouldBe("The endpoint answered 410 Gone.");
    }

    [Fact]
    public async Task An_endpoint_that_failed_for_too_long_is_disabled_once_and_goes_on_when_enabled_again()
    {
        await using var server = await TestServer.Start(configure: builder => WebhookServer.Quick(builder, options =>
        {
            options.DisableAfter = TimeSpan.FromMilliseconds(200);
            options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 100)];
        }));
        await SmallChain.Open(server);
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        await using var watcher = await Receiver.Start();
        var (webhook, _) = await server.Webhook(receiver.Url, "order.*");
        await server.Webhook(watcher.Url, "webhook.*");
        await server.PlaceOrder();
        await server.IsDisabled(webhook);
        Volatile.Write(ref isUp, true);
        (await server.Client.Post($"/v1/webhooks/{webhook}/replay", new { from = DateTimeOffset.UnixEpoch }))
            .StatusCode.ShouldBe(HttpStatusCode.Conflict);

        var enabled = await server.Client.PatchAsJsonAsync($"/v1/webhooks/{webhook}", new { status = "enabled" });

        enabled.StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = JsonNode.Parse(await enabled.Content.ReadAsStringAsync())!;
        shown["status"]!.GetValue<string>().ShouldBe("enabled");
        shown["disabledReason"].ShouldBeNull();
        await server.Has(webhook, 2, "delivered");
        await watcher.Receives(1);
        watcher.Calls.Count.ShouldBe(1);
    }

    /// <summary>
    /// Otherwise the next sender would count from an old failure, and disable the endpoint at its next failure.
    /// </summary>
    [Fact]
    public async Task The_recovery_of_an_endpoint_is_recorded_although_the_database_fails_at_that_moment()
    {
        var spy = LogSpy.Listening();
        await using var server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder, options =>
                options.RetrySchedule = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 10_000)]);
            builder.Logging.AddProvider(spy);
        });
        await SmallChain.Open(server);
        var isUp = false;
        await using var receiver = await Receiver.Answering(_ => Volatile.Read(ref isUp) ? 200 : 500);
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");
        await server.PlaceOrder();
        await Eventually.Holds<string?>(FailingSince, since => since is not null);
        await Session.Run(server.ConnectionString, """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused for now'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON webhook_endpoints FOR EACH ROW
                WHEN (OLD.failing_since IS NOT NULL AND NEW.failing_since IS NULL) EXECUTE FUNCTION refuse();
            """);

        Volatile.Write(ref isUp, true);
        await server.Has(webhook, 1, "delivered");
        await Eventually.Holds(() => spy.Text.Contains("refused for now"), "the database fails");
        await Session.Run(server.ConnectionString, "DROP TRIGGER refuse ON webhook_endpoints");

        await Eventually.Holds<string?>(FailingSince, since => since is null);

        async Task<string?> FailingSince() => (await server.Get($"/v1/webhooks/{webhook}"))["failingSince"]?.ToString();
    }

    [Fact]
    public async Task Giving_up_twice_is_reported_once()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await using var watcher = await Receiver.Start();
        var (webhook, _) = await server.Webhook(watcher.Url, "webhook.*");
        var command = new DisableWebhook(Guid.NewGuid(), "example.com", "It failed.", DateTimeOffset.UnixEpoch)
        {
            Caller = Caller.System,
            Key = new RequestKey(Guid.NewGuid()),
            Fingerprint = Guid.NewGuid(),
        };

        var first = await server.Pipeline.Submit(command);
        var second = await server.Pipeline.Submit(command with { Reason = "It failed on another node, too." });

        first.ShouldBeOfType<Outcome.Done>().Effect.ShouldBe(Effect.Applied);
        second.ShouldBeOfType<Outcome.Done>().Effect.ShouldBe(Effect.Replayed);
        await server.Has(webhook, 1, "delivered");
        watcher.Calls.Single().Event["data"]!["reason"]!.GetValue<string>().ShouldBe("It failed.");
    }

    [Fact]
    public async Task A_pause_that_the_endpoint_asked_for_is_kept()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        var times = new System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset>();
        await using var receiver = await Receiver.Start((_, context) =>
        {
            times.Enqueue(DateTimeOffset.UtcNow);
            if (times.Count > 1) return Task.CompletedTask;
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "2";
            return Task.CompletedTask;
        });
        var (webhook, _) = await server.Webhook(receiver.Url, "order.placed");

        await server.PlaceOrder();
        await receiver.Receives(1);
        await server.Has(webhook, 1, "pending");
        await server.PlaceOrder();
        await server.Has(webhook, 2, "delivered");

        // Neither the retry nor the other order came before the pause was over.
        (times.ElementAt(1) - times.First()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.9));
        times.Count.ShouldBe(3);
    }
}
