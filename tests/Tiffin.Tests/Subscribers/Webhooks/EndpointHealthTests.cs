using Tiffin.Features.Webhooks;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class EndpointHealthTests
{
    static readonly DateTimeOffset now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    readonly WebhookOptions options = new() { Concurrency = 8, DownAfterFailures = 3 };

    [Fact]
    public void An_endpoint_that_fails_every_delivery_gets_one_call_at_a_time_until_it_answers()
    {
        var health = new EndpointHealth(options, null);
        health.Record(Failed(now));
        health.Record(Failed(now));
        health.Concurrency(now).ShouldBe(8);

        health.Record(Failed(now));
        health.Concurrency(now).ShouldBe(1);

        health.Record(Succeeded(now));
        health.Concurrency(now).ShouldBe(8);
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(503, 0)]
    [InlineData(500, 8)]
    public void An_endpoint_that_asks_for_a_pause_gets_nothing_until_it_is_over(int code, int concurrency)
    {
        var health = new EndpointHealth(options, null);
        health.Record(Failed(now, code) with { RetryAfter = TimeSpan.FromSeconds(10) });

        health.Concurrency(now.AddSeconds(9)).ShouldBe(concurrency);
        health.Concurrency(now.AddSeconds(10)).ShouldBe(8);
    }

    [Fact]
    public void An_endpoint_is_given_up_when_it_fails_still_after_five_days()
    {
        var health = new EndpointHealth(options, null);
        health.Record(Failed(now));
        health.FailingSince.ShouldBe(now);
        health.Record(Failed(now.AddDays(5).AddSeconds(-1)));
        health.DisableReason.ShouldBeNull();

        health.Record(Failed(now.AddDays(5)));

        health.DisableReason.ShouldBe("Deliveries failed for 5 days.");
        health.Concurrency(now.AddDays(5)).ShouldBe(0);
    }

    [Fact]
    public void One_answer_ends_the_failing()
    {
        var health = new EndpointHealth(options, now.AddDays(-6));
        health.DisableReason.ShouldBeNull("without an attempt, nothing is known");

        health.Record(Succeeded(now));
        health.Record(Failed(now));

        health.FailingSince.ShouldBe(now);
        health.DisableReason.ShouldBeNull();
    }

    [Fact]
    public void Failures_on_another_node_count()
    {
        var health = new EndpointHealth(options, now.AddDays(-6));

        health.Record(Failed(now));

        health.DisableReason.ShouldNotBeNull();
    }

    [Fact]
    public void An_endpoint_that_says_410_is_given_up_at_once()
    {
        var health = new EndpointHealth(options, null);

        health.Record(Failed(now, 410));

        health.DisableReason.ShouldBe("The endpoint answered 410 Gone.");
    }

    static Attempt Failed(DateTimeOffset at, int code = 500) => new(at, TimeSpan.Zero, code, [], "failed");

    static Attempt Succeeded(DateTimeOffset at) => new(at, TimeSpan.Zero, 200, [], null);
}
