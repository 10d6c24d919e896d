using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Tests.Checks;

/// <summary>Inserts each possible violation into a sound run; the checker must find it.</summary>
public sealed class CheckerTests
{
    readonly SmallRun run = new();

    [Fact]
    public void A_sound_run_has_no_violation() => run.Found().ShouldBeEmpty();

    [Fact]
    public void An_acknowledged_order_that_is_gone_is_lost()
    {
        run.Orders.RemoveAt(0);

        run.Found().ShouldContain(ViolationKind.Lost);
    }

    [Fact]
    public void An_acknowledged_order_under_another_id_is_lost()
    {
        run.Orders[0] = run.Orders[0] with { Id = Guid.CreateVersion7() };

        run.Found().ShouldContain(ViolationKind.Lost);
    }

    [Fact]
    public void A_key_with_two_orders_is_doubled()
    {
        run.Orders.Add(run.Orders[0] with { Id = Guid.CreateVersion7() });

        run.Found().ShouldContain(ViolationKind.Doubled);
    }

    [Fact]
    public void An_order_with_another_content_is_altered()
    {
        run.Orders[0] = run.Orders[0] with { ContentHash = [9] };

        run.Found().ShouldBe([ViolationKind.Altered]);
    }

    [Fact]
    public void A_refused_order_that_exists_is_unasked()
    {
        run.Orders.Add(run.Orders[0] with { Id = Guid.CreateVersion7(), Key = run.Refused.Key });

        run.Found().ShouldContain(ViolationKind.Unasked);
    }

    [Fact]
    public void An_order_that_no_client_placed_is_unasked()
    {
        run.Orders.Add(run.Orders[0] with { Id = Guid.CreateVersion7(), Key = "stranger" });

        run.Found().ShouldContain(ViolationKind.Unasked);
    }

    [Fact]
    public void An_acknowledged_move_that_is_gone_is_found()
    {
        run.Orders[0] = run.Orders[0] with { Status = "accepted", Timeline = ["placed", "accepted"] };

        run.Found().ShouldContain(ViolationKind.Misplaced);
    }

    [Fact]
    public void A_move_that_was_never_asked_for_is_found()
    {
        run.Orders[0] = run.Orders[0] with { Status = "cancelled" };

        run.Found().ShouldContain(ViolationKind.Misplaced);
    }

    [Fact]
    public void An_unanswered_move_may_have_taken_effect_or_not()
    {
        run.Moved.Unresolved = "delivered";
        run.Found().ShouldBeEmpty();

        run.Orders[0] = run.Orders[0] with
        {
            Status = "delivered", Timeline = ["placed", "accepted", "preparing", "delivered"],
        };
        run.Found().ShouldBeEmpty();
    }

    [Fact]
    public void A_level_that_the_ledgers_do_not_add_up_to_has_drifted()
    {
        run.Levels[("k1", "curd")]++;

        run.Found().ShouldBe([ViolationKind.Drifted]);
    }

    [Fact]
    public void A_movement_that_took_effect_twice_is_found()
    {
        run.Levels[("k1", "curd")] += 10;
        run.Events.Add(run.Events[0] with { Position = run.Events.Count + 1, Id = Guid.CreateVersion7() });
        run.Received.Add((run.Events[^1].Position, run.Events[^1].Id));

        run.Found().ShouldBe([ViolationKind.Drifted]);
    }

    [Fact]
    public void A_level_below_zero_is_oversold()
    {
        run.Levels[("k1", "curd")] = -1;

        run.Found().ShouldContain(ViolationKind.Oversold);
    }

    [Fact]
    public void A_level_that_was_below_zero_for_a_while_is_oversold()
    {
        run.Events[2] = run.Events[2] with { Changes = [("k1", "curd", -11)] };
        run.Events[7] = run.Events[7] with { Changes = [("k1", "curd", 11)] };

        run.Found().ShouldContain(ViolationKind.Oversold);
    }

    [Fact]
    public void A_missing_position_is_a_gap()
    {
        run.Events.RemoveAt(1);

        run.Found().ShouldContain(ViolationKind.Gap);
    }

    [Fact]
    public void A_missing_number_in_an_orders_sequence_is_a_gap()
    {
        run.Events[3] = run.Events[3] with { Sequence = 3 };

        run.Found().ShouldBe([ViolationKind.Gap]);
    }

    [Fact]
    public void A_reader_that_missed_an_event_is_a_gap()
    {
        run.Received.RemoveAt(2);

        run.Found().ShouldBe([ViolationKind.Gap]);
    }

    [Fact]
    public void A_reader_that_ends_before_the_log_is_a_gap()
    {
        run.Received.RemoveAt(run.Received.Count - 1);

        run.Found().ShouldBe([ViolationKind.Gap]);
    }

    [Fact]
    public void A_reader_may_receive_an_event_again()
    {
        run.Received.Insert(3, run.Received[2]);

        run.Found().ShouldBeEmpty();
    }

    [Fact]
    public void An_event_that_the_log_does_not_contain_is_found()
    {
        run.Received[3] = (run.Received[3].Position, Guid.CreateVersion7());

        run.Found().ShouldBe([ViolationKind.Misread]);
    }

    [Fact]
    public void A_replay_with_different_bytes_is_found()
    {
        run.Ledger.DifferentReplays.Add("moved");

        run.Found().ShouldBe([ViolationKind.ReplayDiffers]);
    }

    [Fact]
    public void A_key_without_a_final_answer_is_found()
    {
        run.Refused.Outcome = Outcome.Unknown;

        run.Found().ShouldBe([ViolationKind.Unresolved]);
    }

    [Fact]
    public void An_answer_that_no_fault_excuses_is_found()
    {
        run.Ledger.Surprises.Add(new Surprise("place moved", "500 {}"));

        run.Found().ShouldBe([ViolationKind.Unexpected]);
    }

    [Fact]
    public void A_history_that_is_not_linearizable_is_found()
    {
        run.History.Add(new LevelOperation(LevelAction.Read, 99, 3, 4));

        run.Found().ShouldBe([ViolationKind.NotLinearizable]);
    }
}
