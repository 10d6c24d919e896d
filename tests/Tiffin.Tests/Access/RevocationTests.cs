using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>How long a node still serves a key, and its streams, after another node revoked it.</summary>
public sealed class RevocationTests
{
    // A screen closes within five seconds; it needs two of them to detect that its stream is refused
    // (live-policy.test.ts).
    static readonly TimeSpan served = TimeSpan.FromSeconds(5 - 2);

    [Fact]
    public async Task A_key_ends_at_the_first_check_after_it_was_revoked_elsewhere_which_is_in_time_for_its_screens()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        var clock = new SteppedClock();
        using var elsewhere = Ring(database, TimeProvider.System);
        using var here = Ring(database, clock);
        var caller = new Caller(Role.Kitchen, "device-1") { Kitchens = new HashSet<string>(["k1"]) };
        var (text, row) = await database.Change(connection => elsewhere.Create(
            connection, caller, "Tandoor", null, "test", default, isDevice: true), default);
        elsewhere.Add(row);
        await here.StartAsync(default);
        // The first check has read the key: the next one is at a step of the clock.
        await Eventually.Holds(() => here.NameOf(caller.Id), name => name == "Tandoor");
        var key = (await here.Find(text, default))!;

        (await elsewhere.Revoke(row.Id, default)).ShouldBeTrue();

        key.Ended.IsCancellationRequested.ShouldBeFalse();
        clock.Step(served);
        await Eventually.Holds(() => key.Ended.IsCancellationRequested, "the key has ended");
        await here.StopAsync(default);
    }

    // All keys are reloaded so rarely that only the check for changes can end a key.
    static KeyRing Ring(Database database, TimeProvider clock) => new(
        database, Options.Create(new AccessOptions { KeyReloadInterval = TimeSpan.FromHours(1) }), clock,
        NullLogger<KeyRing>.Instance);

    /// <summary>A clock whose timers fire when it is stepped.</summary>
    sealed class SteppedClock : TimeProvider
    {
        readonly Lock gate = new();
        readonly List<Timer> timers = [];

        public void Step(TimeSpan time)
        {
            Timer[] due;
            lock (gate) due = [.. timers.Where(timer => timer.IsDue(time))];
            foreach (var timer in due) timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback, state, dueTime);
            lock (gate) timers.Add(timer);
            return timer;
        }

        sealed class Timer(SteppedClock clock, TimerCallback callback, object? state, TimeSpan left) : ITimer
        {
            TimeSpan left = left;

            public bool IsDue(TimeSpan time) => (left -= time) <= TimeSpan.Zero;

            public void Fire() => callback(state);

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                lock (clock.gate) left = dueTime;
                return true;
            }

            public void Dispose()
            {
                lock (clock.gate) clock.timers.Remove(this);
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
