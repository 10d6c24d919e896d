using Npgsql;
using static Tiffin.Storage.Sql;

namespace Tiffin.Subscribers.Webhooks;

/// <summary>
/// What waits in the log for an endpoint that is down. No deliveries are made of it until the endpoint answers: one
/// that is dead for days costs next to nothing, and the log has the events anyway.
/// </summary>
// Both statements begin with the lock of the log's reader, under which it makes the deliveries for all others. So each
// event becomes a delivery by one of the two, whatever their timing.
static class Backlog
{
    const string ReaderSql = $"""
        SELECT position FROM subscribers WHERE name = '{WebhookSubscriber.SubscriberName}' FOR UPDATE
        """;

    const string HoldSql = $"""
        UPDATE webhook_endpoints SET queued_to = reader.position FROM ({ReaderSql}) AS reader
        WHERE id = $1 AND enabled AND queued_to IS NULL
        """;

    /// <summary>From now on the endpoint's events wait in the log.</summary>
    public static Task Hold(NpgsqlConnection connection, Guid webhook, CancellationToken cancel) =>
        Run(connection, HoldSql, cancel, P(webhook));

    /// <summary>
    /// Makes deliveries of the next events, at most of those at so many positions; and when it has come to the end and
    /// the endpoint is up, leaves the rest to the log's reader. False when nothing waits any more.
    /// </summary>
    public static async Task<bool> Queue(
        NpgsqlConnection connection, Guid id, int positions, bool isUp, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var reader = Command(connection, ReaderSql);
        var end = (long)(await reader.ExecuteScalarAsync(cancel))!;
        if (await WebhookTable.Lock(connection, id, cancel) is not { QueuedTo: { } from } webhook) return false;
        var to = Math.Min(from + positions, end);
        await DeliveryTable.Queue(connection, webhook, (from + 1, to + 1), cancel);
        var holds = to < end || !isUp;
        await WebhookTable.SetQueued(connection, id, holds ? to : null, cancel);
        await transaction.CommitAsync(CancellationToken.None);
        return holds;
    }
}
