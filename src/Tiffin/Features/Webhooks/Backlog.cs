using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Events held in the log for an endpoint that is down. They become delivery rows only when the endpoint responds
/// again, so an endpoint that is down for days costs no writes.
/// </summary>
// Both statements first lock the subscriber's checkpoint row, under which WebhookSubscriber inserts deliveries. So each
// event is queued exactly once, either here or there.
static class Backlog
{
    // A step takes about ten milliseconds, during which the subscriber is blocked.
    public const int PositionsPerStep = 2_000;

    const string LockCheckpointSql = $"""
        SELECT position FROM subscribers WHERE name = '{WebhookSubscriber.SubscriberName}' FOR UPDATE
        """;

    const string HoldSql = $"""
        UPDATE webhook_endpoints SET queued_to = reader.position FROM ({LockCheckpointSql}) AS reader
        WHERE id = $1 AND fence = $2 AND enabled AND queued_to IS NULL
        """;

    /// <summary>Holds the endpoint's future events in the log instead of queueing them.</summary>
    public static Task Hold(NpgsqlConnection connection, WebhookLease lease, CancellationToken cancel) =>
        Run(connection, HoldSql, cancel, P(lease.WebhookId), P(lease.Fence));

    /// <summary>
    /// Queues the next held events: at most <paramref name="max"/>, from at most <see cref="PositionsPerStep"/>
    /// positions. When none are left and the endpoint is up, the subscriber queues its events again.
    /// </summary>
    public static async Task<BacklogStep> Queue(
        NpgsqlConnection connection, WebhookLease lease, int max, bool isUp, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await FirstRow(connection, LockCheckpointSql, row => row.Nullable<long>(0), cancel) is not { } end
            || await WebhookTable.Lock(connection, lease, cancel) is not { QueuedTo: { } from } webhook)
            return new BacklogStep(0, IsAtEnd: true, IsHeld: false);
        var to = Math.Min(from + PositionsPerStep, end);
        if (await DeliveryTable.FirstNewerEvent(connection, from, to, cancel) is { } newer)
            (to, end) = (newer - 1, newer);
        var (queued, last) = await DeliveryTable.Queue(
            connection, webhook, (Math.Max(from, webhook.StartsAfter) + 1, to + 1), max, cancel);
        if (queued == max) to = last;
        var isHeld = to < end || !isUp;
        await WebhookTable.SetQueued(connection, lease.WebhookId, isHeld ? to : null, cancel);
        await transaction.CommitAsync(CancellationToken.None);
        return new BacklogStep(queued, IsAtEnd: to >= end, isHeld) { IsStuck = to == from && to < end };
    }
}

readonly record struct BacklogStep(int Queued, bool IsAtEnd, bool IsHeld)
{
    /// <summary>Only a newer node knows the type of the next event; that node queues it and later events.</summary>
    public bool IsStuck { get; init; }
}
