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
    public void A_lease_is_renewed_at_a_third_of_it()
    {
        var policy = Policy();
        policy.Leased(clock.GetTimestamp());

        clock.Advance(TimeSpan.FromSeconds(1.99));
        policy.ShouldRenew.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.01));
        policy.ShouldRenew.ShouldBeTrue();
        policy.Leased(clock.GetTimestamp());
        policy.ShouldRenew.ShouldBeFalse();
    }

    [Fact]
    public void What_is_left_of_a_lease_ends_before_it_and_never_falls_below_nothing()
    {
        var policy = Policy();
        policy.Leased(clock.GetTimestamp());

        policy.Left.ShouldBe(TimeSpan.FromSeconds(4.8));
        clock.Advance(TimeSpan.FromSeconds(4));
        policy.Left.ShouldBe(TimeSpan.FromSeconds(0.8));
        clock.Advance(TimeSpan.FromSeconds(4));
        policy.Left.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_lease_counts_from_when_it_was_asked_for_not_from_the_answer()
    {
        var policy = Policy();
        var asked = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromSeconds(3));
        policy.Succeeded(asked);

        policy.ShouldRenew.ShouldBeTrue();
        policy.Left.ShouldBe(TimeSpan.FromSeconds(1.8));
    }

    [Fact]
    public void A_wall_clock_that_is_set_changes_nothing()
    {
        var policy = Policy();
        policy.Leased(clock.GetTimestamp());

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
    public void A_time_out_halves_the_batch_and_what_goes_through_doubles_it_again()
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
    public void However_often_it_times_out_a_batch_holds_an_event()
    {
        var policy = Policy();
        for (var i = 0; i < 100; i++) policy.TimedOut();

        policy.BatchMax(10_000).ShouldBe(1);
    }

    [Fact]
    public void No_pause_outlasts_a_lease()
    {
        options.PollInterval = TimeSpan.FromHours(1);
        Policy().Wait(isAhead: false).ShouldBe(TimeSpan.FromSeconds(2));
        options.PollInterval = TimeSpan.FromSeconds(0.5);
        Policy().Wait(isAhead: false).ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void A_checkpoint_that_is_behind_without_need_is_moved_soon()
    {
        options.PollInterval = TimeSpan.FromHours(1);
        var policy = Policy();
        policy.Wait(isAhead: true).ShouldBe(TimeSpan.FromSeconds(1));
        policy.Succeeded(clock.GetTimestamp());

        policy.ShouldKeep.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        policy.ShouldKeep.ShouldBeTrue();
        policy.Leased(clock.GetTimestamp());
        policy.ShouldKeep.ShouldBeTrue("a renewal of the lease alone moves no checkpoint");
    }

    [Fact]
    public void A_batch_gathers_from_the_beginning_of_the_one_before()
    {
        var policy = Policy();
        policy.Handles();
        clock.Advance(TimeSpan.FromSeconds(0.3));

        policy.Rest(TimeSpan.FromSeconds(0.5)).ShouldBe(TimeSpan.FromSeconds(0.2));
        policy.Rest(TimeSpan.FromSeconds(0.1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_never_happened_is_due_at_once_on_a_machine_that_has_just_booted()
    {
        var policy = Policy();

        clock.GetTimestamp().ShouldBe(0);
        policy.ShouldKeep.ShouldBeTrue();
        policy.ShouldRenew.ShouldBeTrue();
        policy.Left.ShouldBe(TimeSpan.Zero);
        policy.Rest(TimeSpan.FromHours(1)).ShouldBe(TimeSpan.Zero);
    }
}
