using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// What waits in the log for an endpoint that is down. No deliveries are made of it until the endpoint answers: one
/// that is dead for days costs next to nothing, and the log has the events anyway.
/// </summary>
// Both statements begin with the lock of the log's reader, under which it makes the deliveries for all others. So each
// event becomes a delivery by one of the two, whatever their timing.
static class Backlog
{
    /// <summary>Some ten milliseconds, for which the log's reader stands still.</summary>
    public const int Stretch = 2_000;

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
    /// Makes deliveries of the next events, and when none are left and the endpoint is up, leaves those to come to the
    /// log's reader. One step looks at some positions of the log, and queues <paramref name="max"/> events at most.
    /// </summary>
    public static async Task<BacklogStep> Queue(
        NpgsqlConnection connection, Guid id, int max, bool isUp, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var reader = Command(connection, ReaderSql);
        if (await reader.ExecuteScalarAsync(cancel) is not long end
            || await WebhookTable.Lock(connection, id, cancel) is not { QueuedTo: { } from } webhook)
            return new BacklogStep(0, IsAtEnd: true, Waits: false);
        var to = Math.Min(from + Stretch, end);
        var (queued, last) = await DeliveryTable.Queue(connection, webhook, (from + 1, to + 1), max, cancel);
        if (queued == max) to = last;
        var waits = to < end || !isUp;
        await WebhookTable.SetQueued(connection, id, waits ? to : null, cancel);
        await transaction.CommitAsync(CancellationToken.None);
        return new BacklogStep(queued, IsAtEnd: to >= end, waits);
    }
}

/// <summary>How many events were queued, whether any are left, and whether those to come wait as well.</summary>
readonly record struct BacklogStep(int Queued, bool IsAtEnd, bool Waits);
