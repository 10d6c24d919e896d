using Npgsql;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.EventLog;

public sealed class SubscriptionTests : IAsyncLifetime
{
    static readonly TimeSpan forEver = TimeSpan.FromHours(1);

    readonly SubscriptionOptions quick = new()
    {
        LeaseDuration = TimeSpan.FromSeconds(1),
        LeaseRetryInterval = TimeSpan.FromMilliseconds(50),
        PollInterval = TimeSpan.FromMilliseconds(50),
        BackoffMax = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>Without a wake-up, nothing happens before the test times out; nor does a lease expire.</summary>
    readonly SubscriptionOptions asleep = new()
    {
        LeaseDuration = forEver,
        LeaseRetryInterval = TimeSpan.FromMilliseconds(50),
        PollInterval = forEver,
    };

    HandLog log = null!;

    public async Task InitializeAsync() => log = await HandLog.Create();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Events_are_read_in_order_in_batches_and_applied_once()
    {
        await log.Append(35);
        var diary = new Diary("reader");
        await using var node = await ReaderNode.Start(log.ConnectionString, diary, quick);

        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 35);

        (await log.Diary("reader")).ShouldBe(Positions(35));
        diary.Published.ShouldBe(Positions(35));
        (await log.State("reader"))!.Position.ShouldBe(35);
    }

    [Fact]
    public async Task A_lost_notification_costs_no_more_than_a_poll()
    {
        await using var node = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), quick);
        await Eventually.Holds(() => log.State("reader"), state => state?.HasLeader == true);

        await log.Append(3);

        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 3);
    }

    [Fact]
    public async Task A_commit_on_this_node_wakes_its_reader_at_once()
    {
        await using var node = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), asleep);
        await Eventually.Holds(() => log.State("reader"), state => state?.HasLeader == true);

        for (var i = 1; i <= 5; i++)
        {
            await log.Append(1);
            node.Wakeup.OnCommitted();
            await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= i);
        }
    }

    [Fact]
    public async Task A_commit_on_another_node_wakes_the_reader_by_notification()
    {
        await using var other = await ReaderNode.Start(log.ConnectionString, new Diary("other"), asleep);
        await using var node = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), asleep);
        await other.Wakeup.StartAsync(CancellationToken.None);
        await node.Wakeup.StartAsync(CancellationToken.None);
        await Eventually.Holds(Listeners, count => count >= 2);

        await log.Append(1);
        other.Wakeup.OnCommitted();

        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 1);

        async Task<long> Listeners()
        {
            await using var connection = await log.Open();
            await using var count = Sql.Command(connection, """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'
                """);
            return (long)(await count.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task A_leader_that_hangs_is_replaced_and_has_no_effect_when_it_resumes()
    {
        var hang = new TaskCompletionSource();
        var hung = new Diary("reader") { Before = _ => hang.Task };
        await log.Append(5);
        await using var first = await ReaderNode.Start(log.ConnectionString, hung, quick);
        await Eventually.Holds(() => hung.Published, positions => positions.Count >= 5);
        await using var second = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), quick);

        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 5);
        hang.SetResult();
        await log.Append(5);

        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 10);
        (await log.Diary("reader")).ShouldBe(Positions(10));
    }

    [Fact]
    public async Task A_node_that_stops_hands_over_at_once()
    {
        var slow = new SubscriptionOptions
        {
            LeaseDuration = forEver, LeaseRetryInterval = quick.LeaseRetryInterval, PollInterval = quick.PollInterval,
        };
        var first = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), slow);
        await Eventually.Holds(() => log.State("reader"), state => state?.HasLeader == true);
        await using var second = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), slow);

        await first.DisposeAsync();
        await log.Append(1);

        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 1);
    }

    [Fact]
    public async Task Irrelevant_events_cost_no_transaction_and_the_checkpoint_follows_later()
    {
        var patient = new SubscriptionOptions
        {
            LeaseDuration = forEver, LeaseRetryInterval = quick.LeaseRetryInterval, PollInterval = quick.PollInterval,
            CheckpointInterval = forEver,
        };
        var diary = new Diary("reader") { Wants = events => events.Any(e => e.Position == 21) };
        await log.Append(1);
        var node = await ReaderNode.Start(log.ConnectionString, diary, patient);
        // The first checkpoint is stored at once, regardless of the stored one.
        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 1);
        var written = await Written();

        await log.Append(19);
        await Eventually.Holds(() => diary.Seen, positions => positions.Count >= 20);
        (await log.State("reader"))!.Position.ShouldBe(1);
        (await Written()).ShouldBe(written);

        await log.Append(1);
        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 21);
        (await log.Diary("reader")).ShouldBe([21]);
        await log.Append(5);
        await Eventually.Holds(() => diary.Seen, positions => positions.Count >= 26);
        await node.DisposeAsync();

        (await log.State("reader"))!.Position.ShouldBe(26, "a node that stops stores its checkpoint");
        diary.Seen.ShouldBe(Positions(26));

        async Task<string> Written()
        {
            await using var connection = await log.Open();
            await using var row = Sql.Command(connection, "SELECT xmin::text FROM subscribers WHERE name = 'reader'");
            return (string)(await row.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task After_a_crash_skipped_events_are_read_again_and_applied_ones_are_not()
    {
        var patient = new SubscriptionOptions
        {
            LeaseDuration = TimeSpan.FromSeconds(1), LeaseRetryInterval = quick.LeaseRetryInterval,
            PollInterval = quick.PollInterval, CheckpointInterval = forEver,
        };
        await log.Append(2);
        var hang = new TaskCompletionSource();
        var first = new Diary("reader") { BatchMax = 1, Wants = events => events[0].Position is 2 or 9 };
        first.Before = events => events[0].Position == 9 ? hang.Task : Task.CompletedTask;
        await using var hung = await ReaderNode.Start(log.ConnectionString, first, patient);
        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 1);
        await log.Append(7);
        await Eventually.Holds(() => first.Published, positions => positions.Contains(9));

        var heir = new Diary("reader") { Wants = events => events.Any(e => e.Position is 2 or 9) };
        await using var second = await ReaderNode.Start(log.ConnectionString, heir, patient);
        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 9);

        hang.SetResult();
        heir.Seen.ShouldBe(Enumerable.Range(10 - heir.Seen.Count, heir.Seen.Count).Select(position => (long)position));
        (await log.Diary("reader")).ShouldBe([2, .. heir.Seen]);
    }

    [Fact]
    public async Task Under_load_events_are_batched_and_the_first_after_a_pause_is_handled_at_once()
    {
        var diary = new Diary("reader") { BatchMax = 1_000, Linger = forEver };
        await using var node = await ReaderNode.Start(log.ConnectionString, diary, asleep);
        await Eventually.Holds(() => log.State("reader"), state => state?.HasLeader == true);

        await log.Append(1);
        node.Wakeup.OnCommitted();
        await Eventually.Holds(() => log.Diary("reader"), diary => diary.Length >= 1, "the first after a pause");

        // It now lingers for an hour; only a full batch would end that.
        await log.Append(3);
        node.Wakeup.OnCommitted();
        (await log.Diary("reader")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Positions_that_a_failover_assigns_again_are_read_again()
    {
        var diary = new Diary("reader") { Wants = _ => false };
        var patient = new SubscriptionOptions
        {
            LeaseDuration = forEver, LeaseRetryInterval = quick.LeaseRetryInterval, PollInterval = quick.PollInterval,
            CheckpointInterval = forEver,
            BackoffMax = quick.BackoffMax,
        };
        await using var node = await ReaderNode.Start(log.ConnectionString, diary, patient);
        await log.Append(5);
        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 5);
        await log.Append(5);
        await Eventually.Holds(() => diary.Seen, positions => positions.Count >= 10);

        // The checkpoint is at 5; in memory, this node has read up to 10.
        diary.Wants = _ => true;
        await log.Do("DELETE FROM events WHERE position > 5");
        await log.Append(8);

        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 13);
        (await log.Diary("reader")).ShouldBe([6, 7, 8, 9, 10, 11, 12, 13]);
    }

    [Fact]
    public async Task A_checkpoint_ahead_of_the_log_stops_the_subscriber_loudly()
    {
        await log.Append(3);
        await log.Do("INSERT INTO subscribers (name, position) VALUES ('reader', 9)");
        await using var node = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), quick);

        await Eventually.Holds(() => log.State("reader"), state => state is { Failures: >= 2 });

        (await log.State("reader"))!.Failure.ShouldBe(
            "Checkpoint 9 is ahead of the end of the log (3): processed events are missing.");
        (await log.Diary("reader")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscriber_that_fails_reports_it_and_delays_only_itself()
    {
        var failing = new Diary("failing")
        {
            BatchMax = 1,
            Before = events => events[0].Position == 3
                ? throw new InvalidDataException("cannot read 3")
                : Task.CompletedTask,
        };
        await log.Append(10);
        await using var bad = await ReaderNode.Start(log.ConnectionString, failing, quick);
        await using var good = await ReaderNode.Start(log.ConnectionString, new Diary("healthy"), quick);

        await Eventually.Holds(() => log.Diary("healthy"), diary => diary.Length >= 10);
        await Eventually.Holds(() => log.State("failing"), state => state is { Failures: >= 2 });
        var state = (await log.State("failing"))!;
        state.Failure.ShouldBe("cannot read 3");
        state.Position.ShouldBe(2);
        state.LagEvents.ShouldBe(8);

        failing.Before = _ => Task.CompletedTask;

        await Eventually.Holds(() => log.State("failing"), state => state?.Position >= 10);
        state = (await log.State("failing"))!;
        state.Failures.ShouldBe(0);
        state.Failure.ShouldBeNull();
        (await log.Diary("failing")).ShouldBe(Positions(10));
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_is_not_skipped()
    {
        await log.Append(2);
        await log.Do("UPDATE events SET type = 99 WHERE position = 2");
        await using var node = await ReaderNode.Start(log.ConnectionString, new Diary("reader"), quick);

        await Eventually.Holds(() => log.State("reader"), state => state is { Failures: >= 2 });

        (await log.State("reader"))!.Failure.ShouldBe(
            "The event at position 2 is of type 99, which this build does not know: "
            + "a node with a newer build will process it.");
        (await log.Diary("reader")).ShouldBe([1]);
    }

    [Fact]
    public async Task A_publication_that_outlasts_the_lease_is_cancelled()
    {
        var told = new TaskCompletionSource();
        await log.Append(1);
        await using var node = await ReaderNode.Start(log.ConnectionString, new Slow(told), quick);

        await told.Task.WaitAsync(TimeSpan.FromSeconds(90));

        (await log.Diary("slow")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscriber_whose_batches_time_out_catches_up_with_smaller_ones()
    {
        await log.Append(64);
        var diary = new Diary("reader") { BatchMax = 64 };
        diary.Before = events => events.Count > 8
            ? throw new NpgsqlException("Exception while reading from stream", new TimeoutException())
            : Task.CompletedTask;
        await using var node = await ReaderNode.Start(log.ConnectionString, diary, quick);

        await Eventually.Holds(() => log.State("reader"), state => state?.Position >= 64);

        (await log.Diary("reader")).ShouldBe(Positions(64));
    }

    static long[] Positions(int count) => [.. Enumerable.Range(1, count).Select(i => (long)i)];

    sealed class Slow(TaskCompletionSource told) : ISubscriber, ISubscriberBatch
    {
        public string Name => "slow";

        public ValueTask<ISubscriberBatch?> Prepare(
            NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, CancellationToken cancel) => new(this);

        public async Task Publish(CancellationToken cancel)
        {
            await using var _ = cancel.Register(() => told.TrySetResult());
            await Task.Delay(Timeout.Infinite, cancel);
        }
    }
}
