using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class WebhookLeaseTests : IAsyncLifetime, IDisposable
{
    static readonly Guid endpoint = Guid.NewGuid();
    static readonly (Guid Old, Guid New) sender = (Guid.NewGuid(), Guid.NewGuid());
    static readonly TimeSpan expired = TimeSpan.Zero;
    static readonly TimeSpan hour = TimeSpan.FromHours(1);

    readonly DeliveryResult failure = new(
        new DueDelivery(Guid.CreateVersion7(), 1, Guid.NewGuid(), Attempts: 0),
        new Attempt(DateTimeOffset.UtcNow, TimeSpan.Zero, 500, [], "500"), DeliveryStatus.Failed, TimeSpan.Zero);

    NpgsqlConnection connection = null!;

    public async Task InitializeAsync()
    {
        connection = new NpgsqlConnection(await PostgresFixture.CreateDatabase());
        await connection.OpenAsync();
        await SubscriberTable.Register(connection, WebhookSubscriber.SubscriberName, default);
        await Sql.Run(connection, """
            INSERT INTO webhook_endpoints (id, owner_role, owner_id, url, types, secrets, secrets_until)
            VALUES ($1, 0, 'an owner', 'https://example.com', ARRAY['order.placed'], ARRAY[]::bytea[],
                ARRAY[]::timestamptz[])
            """, default, Sql.P(endpoint));
        await Sql.Run(connection, """
            INSERT INTO webhook_deliveries (endpoint_id, event_id, position, lane, type) VALUES ($1, $2, 1, $3, 0)
            """, default, Sql.P(endpoint), Sql.P(failure.Delivery.EventId), Sql.P(failure.Delivery.Lane));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => connection.Dispose();

    /// <summary>
    /// Otherwise a node that was suspended for longer than its lease, with calls in flight, would hold events in the
    /// log without the next sender's knowledge, and have it disable a working endpoint.
    /// </summary>
    [Fact]
    public async Task A_sender_whose_lease_was_taken_over_changes_nothing()
    {
        var lost = await Lease(sender.Old, expired);
        var held = await Lease(sender.New, hour);

        await WriteAll(lost);
        (await State()).ShouldBe((0, false, false));
        (await Backlog.Queue(connection, lost, 10, isUp: true, default)).IsHeld.ShouldBeFalse();

        await WriteAll(held);
        (await State()).ShouldBe((1, true, true));
        // The old sender must not queue the events that the new one holds.
        (await Backlog.Queue(connection, lost, 10, isUp: true, default)).ShouldBe(new BacklogStep(0, true, false));
        (await State()).ShouldBe((1, true, true));
    }

    [Fact]
    public async Task A_renewed_lease_keeps_its_fencing_token_and_each_new_sender_gets_a_higher_one()
    {
        var first = await Lease(sender.Old, hour);
        (await Lease(sender.Old, expired)).ShouldBe(first);
        var second = await Lease(sender.New, expired);
        var third = await Lease(sender.Old, hour);

        second.Fence.ShouldBeGreaterThan(first.Fence);
        third.Fence.ShouldBeGreaterThan(second.Fence);
        (await WebhookTable.Lease(connection, sender.New, hour, default)).ShouldBeEmpty();
    }

    async Task<WebhookLease> Lease(Guid of, TimeSpan length) =>
        (await WebhookTable.Lease(connection, of, length, default)).Single().Lease;

    async Task WriteAll(WebhookLease lease)
    {
        await DeliveryTable.Record(connection, lease, [failure], default);
        await WebhookTable.SetFailingSince(connection, lease, DateTimeOffset.UtcNow, default);
        await Backlog.Hold(connection, lease, default);
    }

    Task<(int Attempts, bool IsFailing, bool IsHeld)> State() => Sql.SingleRow(connection, """
        SELECT d.attempts, w.failing_since IS NOT NULL, w.queued_to IS NOT NULL
        FROM webhook_endpoints w JOIN webhook_deliveries d ON d.endpoint_id = w.id
        """, row => (row.GetInt32(0), row.GetBoolean(1), row.GetBoolean(2)), default);
}
