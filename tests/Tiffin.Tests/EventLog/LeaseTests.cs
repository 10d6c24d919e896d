using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.EventLog;

public sealed class LeaseTests : IAsyncLifetime
{
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    readonly Guid mine = Guid.NewGuid();
    readonly Guid yours = Guid.NewGuid();

    NpgsqlConnection session = null!;
    Guid[] ids = [];

    public async Task InitializeAsync()
    {
        var log = await HandLog.Create();
        ids = await log.Append(7);
        session = await log.Open();
        await SubscriberTable.Register(session, "reader", CancellationToken.None);
    }

    public async Task DisposeAsync() => await session.DisposeAsync();

    [Fact]
    public async Task A_lease_belongs_to_one_node_until_it_runs_out()
    {
        var held = (await Acquire(mine, hour))!;

        (await Acquire(yours, hour)).ShouldBeNull();
        (await Advance(held, 7)).ShouldBeTrue();
        await SubscriberTable.Renew(session, held, -hour, CancellationToken.None);

        var taken = (await Acquire(yours, hour))!;
        taken.Fence.ShouldBe(held.Fence + 1);
        taken.Position.ShouldBe(7);
    }

    [Fact]
    public async Task A_node_that_lost_its_lease_can_neither_advance_nor_renew_nor_release()
    {
        var lost = (await Acquire(mine, -hour))!;
        var held = (await Acquire(yours, hour))!;

        (await Advance(lost, 5)).ShouldBeFalse();
        (await SubscriberTable.Renew(session, lost, hour, CancellationToken.None)).ShouldBeFalse();
        await SubscriberTable.Release(session, lost, "late", CancellationToken.None);

        (await Acquire(mine, hour)).ShouldBeNull();
        (await Advance(held, 5)).ShouldBeTrue();
        (await SubscriberTable.States(session, CancellationToken.None)).Single().Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_newer_lease_of_the_same_node_fences_off_the_older_one()
    {
        var old = (await Acquire(mine, hour))!;
        var renewed = (await Acquire(mine, hour))!;

        (await Advance(old, 5)).ShouldBeFalse();
        (await Advance(renewed, 5)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_released_lease_is_free_at_once_and_keeps_the_failure()
    {
        var held = (await Acquire(mine, hour))!;
        await SubscriberTable.Release(session, held, "it broke", CancellationToken.None);

        var state = (await SubscriberTable.States(session, CancellationToken.None)).Single();
        (state.HasLeader, state.Failures, state.Failure).ShouldBe((false, 1, "it broke"));
        (await Acquire(yours, hour)).ShouldNotBeNull();
    }

    Task<Lease?> Acquire(Guid owner, TimeSpan length) =>
        SubscriberTable.Acquire(session, "reader", owner, length, CancellationToken.None);

    [Fact]
    public async Task A_checkpoint_does_not_move_past_an_event_that_the_log_does_not_hold()
    {
        var held = (await Acquire(mine, hour))!;

        (await SubscriberTable.Advance(session, held, 7, Guid.NewGuid(), hour, CancellationToken.None)).ShouldBeFalse();
        (await SubscriberTable.Advance(session, held, 9, ids[6], hour, CancellationToken.None)).ShouldBeFalse();
        (await Advance(held, 7)).ShouldBeTrue();
    }

    Task<bool> Advance(Lease lease, long position) =>
        SubscriberTable.Advance(session, lease, position, ids[(int)position - 1], hour, CancellationToken.None);
}
