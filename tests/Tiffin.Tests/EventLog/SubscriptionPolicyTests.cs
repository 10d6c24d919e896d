using Tiffin.Engine.EventLog;

namespace Tiffin.Tests.EventLog;

public sealed class SubscriptionPolicyTests
{
    readonly ManualClock clock = new();
    readonly SubscriptionOptions options = new()
    {
        LeaseDuration = TimeSpan.FromSeconds(6),
        BackoffMax = TimeSpan.FromSeconds(30),
    };

    SubscriptionPolicy Policy() => new(options, clock);

    [Fact]
    public void A_lease_is_renewed_after_a_third_of_its_duration()
    {
        var policy = Policy();
        policy.LeaseRenewed(clock.GetTimestamp());

        clock.Advance(TimeSpan.FromSeconds(1.99));
        policy.ShouldRenew.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.01));
        policy.ShouldRenew.ShouldBeTrue();
        policy.LeaseRenewed(clock.GetTimestamp());
        policy.ShouldRenew.ShouldBeFalse();
    }

    [Fact]
    public void The_remaining_time_keeps_a_safety_margin_and_is_never_negative()
    {
        var policy = Policy();
        policy.LeaseRenewed(clock.GetTimestamp());

        policy.LeaseLeft.ShouldBe(TimeSpan.FromSeconds(4.8));
        clock.Advance(TimeSpan.FromSeconds(4));
        policy.LeaseLeft.ShouldBe(TimeSpan.FromSeconds(0.8));
        clock.Advance(TimeSpan.FromSeconds(4));
        policy.LeaseLeft.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_lease_counts_from_its_request_not_from_the_response()
    {
        var policy = Policy();
        var asked = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(3));
        policy.Succeeded(asked);

        policy.ShouldRenew.ShouldBeTrue();
        policy.LeaseLeft.ShouldBe(TimeSpan.FromSeconds(1.8));
    }

    [Fact]
    public void Setting_the_wall_clock_has_no_effect()
    {
        var policy = Policy();
        policy.LeaseRenewed(clock.GetTimestamp());

        clock.Wall += TimeSpan.FromDays(1);
        policy.ShouldRenew.ShouldBeFalse();
        clock.Wall -= TimeSpan.FromDays(2);
        clock.Advance(TimeSpan.FromSeconds(2));
        policy.ShouldRenew.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(3, 1)]
    [InlineData(7, 16)]
    [InlineData(8, 30)]
    [InlineData(1_000_000, 30)]
    public void Failures_in_a_row_double_the_pause_up_to_a_limit(int failures, double seconds)
    {
        var policy = Policy();
        for (var i = 0; i < failures; i++) policy.Failed();

        policy.Failures.ShouldBe(failures);
        policy.Backoff(0.5).ShouldBe(TimeSpan.FromSeconds(seconds));
        policy.Backoff(0).ShouldBe(TimeSpan.FromSeconds(seconds * 0.75));
        policy.Backoff(1).ShouldBe(TimeSpan.FromSeconds(seconds * 1.25));
    }

    [Fact]
    public void A_success_resets_the_backoff()
    {
        var policy = Policy();
        for (var i = 0; i < 5; i++) policy.Failed();
        policy.Succeeded(clock.GetTimestamp());
        policy.Failed();

        policy.Failures.ShouldBe(1);
        policy.Backoff(0.5).ShouldBe(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public void A_timeout_halves_the_batch_and_successes_double_it_again()
    {
        var policy = Policy();
        policy.BatchMax(1_000).ShouldBe(1_000);
        policy.TimedOut();
        policy.TimedOut();
        policy.BatchMax(1_000).ShouldBe(250);

        for (var i = 0; i < 7; i++) policy.Succeeded(clock.GetTimestamp());
        policy.BatchMax(1_000).ShouldBe(250);
        policy.Succeeded(clock.GetTimestamp());
        policy.BatchMax(1_000).ShouldBe(500);
        for (var i = 0; i < 100; i++) policy.Succeeded(clock.GetTimestamp());
        policy.BatchMax(1_000).ShouldBe(1_000);
    }

    [Fact]
    public void A_batch_holds_at_least_one_event_after_any_number_of_timeouts()
    {
        var policy = Policy();
        for (var i = 0; i < 100; i++) policy.TimedOut();

        policy.BatchMax(10_000).ShouldBe(1);
    }

    [Fact]
    public void No_pause_outlasts_a_lease()
    {
        options.PollInterval = TimeSpan.FromHours(1);
        Policy().WaitMax(isAhead: false).ShouldBe(TimeSpan.FromSeconds(2));
        options.PollInterval = TimeSpan.FromSeconds(0.5);
        Policy().WaitMax(isAhead: false).ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void A_checkpoint_behind_skipped_events_is_stored_soon()
    {
        options.PollInterval = TimeSpan.FromHours(1);
        var policy = Policy();
        policy.WaitMax(isAhead: true).ShouldBe(TimeSpan.FromSeconds(1));
        policy.Succeeded(clock.GetTimestamp());

        policy.ShouldCheckpoint.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        policy.ShouldCheckpoint.ShouldBeTrue();
        policy.LeaseRenewed(clock.GetTimestamp());
        policy.ShouldCheckpoint.ShouldBeTrue("renewing the lease stores no checkpoint");
    }

    [Fact]
    public void A_batch_collects_from_the_start_of_the_previous_one()
    {
        var policy = Policy();
        policy.BatchStarted();
        clock.Advance(TimeSpan.FromSeconds(0.3));

        policy.LingerLeft(TimeSpan.FromSeconds(0.5)).ShouldBe(TimeSpan.FromSeconds(0.2));
        policy.LingerLeft(TimeSpan.FromSeconds(0.1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void On_a_machine_that_has_just_booted_everything_is_due_at_once()
    {
        var policy = Policy();

        clock.GetTimestamp().ShouldBe(0);
        policy.ShouldCheckpoint.ShouldBeTrue();
        policy.ShouldRenew.ShouldBeTrue();
        policy.LeaseLeft.ShouldBe(TimeSpan.Zero);
        policy.LingerLeft(TimeSpan.FromHours(1)).ShouldBe(TimeSpan.Zero);
    }
}
