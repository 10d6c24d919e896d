using Tiffin.Features.Webhooks;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class RetryPolicyTests
{
    static readonly DateTimeOffset now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    static readonly IReadOnlyList<TimeSpan> schedule = new WebhookOptions().RetrySchedule;

    [Fact]
    public void The_schedule_is_the_specification_s_and_takes_three_days()
    {
        var waits = Enumerable.Range(1, schedule.Count)
            .Select(number => RetryPolicy.After(number, Failed(500), schedule, jitter: 0).Wait)
            .ToList();

        waits.ShouldBe(
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
            TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
            TimeSpan.FromHours(24),
        ]);
        waits.Aggregate((a, b) => a + b).TotalHours.ShouldBe(75.6, 0.1);
    }

    [Fact]
    public void Jitter_delays_a_retry_by_at_most_a_fifth()
    {
        RetryPolicy.After(1, Failed(500), schedule, jitter: 1).Wait.ShouldBe(TimeSpan.FromSeconds(6));
        RetryPolicy.After(1, Failed(500), schedule, jitter: 0.5).Wait.ShouldBe(TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public void A_delivery_is_set_aside_when_the_schedule_has_ended()
    {
        RetryPolicy.After(schedule.Count, Failed(500), schedule, 0).Status.ShouldBe(DeliveryStatus.Pending);
        RetryPolicy.After(schedule.Count + 1, Failed(500), schedule, 0).Status.ShouldBe(DeliveryStatus.Failed);
    }

    [Fact]
    public void A_delivery_that_succeeded_is_not_tried_again() =>
        RetryPolicy.After(3, new Attempt(now, TimeSpan.Zero, 204, [], null), schedule, 0).Status
            .ShouldBe(DeliveryStatus.Delivered);

    [Theory]
    [InlineData(429, 60, 60)]
    [InlineData(503, 60, 60)]
    [InlineData(503, 2, 2)]
    [InlineData(500, 60, 5)]
    public void Retry_After_replaces_the_schedule_where_it_asks_for_a_pause(int code, int retryAfter, int wait) =>
        RetryPolicy.After(1, Failed(code, TimeSpan.FromSeconds(retryAfter)), schedule, 0).Wait
            .ShouldBe(TimeSpan.FromSeconds(wait));

    static Attempt Failed(int code, TimeSpan? retryAfter = null) =>
        new(now, TimeSpan.Zero, code, [], $"answered {code}", retryAfter);
}
