using System.Text.Json;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

// An empty list of statuses, or null, means no filter.
sealed record DeliveryFilter(
    IReadOnlyList<DeliveryStatus> Statuses, IReadOnlySet<EventType>? Types, Guid? OrderId);

static class DeliveryQueries
{
    const string Columns = """
        event_id, type, order_id, sequence, state, attempts, next_at, attempted_at, response_code, response, error,
        took, created_at, position, history
        """;

    // Maximum rows scanned per page: a selective filter over millions of rows yields short pages with a cursor.
    public const int ScanMax = 5_000;

    // Event ids are UUIDv7, so they sort by time. The coalesced id is the highest possible.
    const string ScanSql = """
        FROM webhook_deliveries
        WHERE endpoint_id = $1 AND event_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        ORDER BY event_id DESC
        """;

    const string ListSql = $"""
        SELECT {Columns} FROM (SELECT * {ScanSql} LIMIT $7) scanned
        WHERE ($3::smallint[] IS NULL OR state = ANY ($3)) AND type = ANY ($4)
            AND ($5::uuid IS NULL OR order_id = $5)
        ORDER BY event_id DESC LIMIT $6
        """;

    const string LastScannedSql = $"SELECT event_id {ScanSql} OFFSET $3 - 1 LIMIT 1";

    public static async Task<Page<DeliveryView>> List(
        NpgsqlConnection connection, Guid webhook, DeliveryFilter filter, Guid? before, int limit,
        CancellationToken cancel, int scanMax = ScanMax)
    {
        var statuses = filter.Statuses is [] ? null : filter.Statuses.Select(status => (short)status).ToArray();
        // A type that only a newer build knows has no name here.
        var types = (filter.Types ?? EventTypes.All.Select(row => row.Type)).Select(type => (short)type).ToArray();
        var found = await Rows(connection, ListSql, View, cancel,
            P(webhook), P(before), P(statuses), P(types), P(filter.OrderId), P(limit + 1), P(scanMax));
        if (found.Count > limit) return Page.Of(found, limit, delivery => $"{delivery.Id:N}");
        // Safe in a cursor: the endpoint, and so every scanned delivery, belongs to the caller.
        var last = await Rows(
            connection, LastScannedSql, row => row.GetGuid(0), cancel, P(webhook), P(before), P(scanMax));
        return new(found, last is [var id] ? Query.EncodeCursor($"{id:N}") : null);
    }

    /// <summary>Includes the event while the log retains it.</summary>
    public static async Task<DeliveryView?> Find(
        NpgsqlConnection connection, Webhook webhook, Guid id, CancellationToken cancel)
    {
        var found = await Rows(connection,
            $"SELECT {Columns} FROM webhook_deliveries WHERE endpoint_id = $1 AND event_id = $2",
            row => (View(row), row.GetInt64(13)), cancel, P(webhook.Id), P(id));
        if (found is not [var (view, position)]) return null;
        var sent = (await EventTable.ReadAt(connection, [position], cancel)).SingleOrDefault(e => e.Id == id);
        return sent is null ? view : view with { Event = Element(CloudEventJson.Bytes(sent, webhook.Owner.SeesStock)) };
    }

    static JsonElement Element(byte[] json) => JsonElement.Parse(json);

    static DeliveryView View(NpgsqlDataReader row)
    {
        var status = (DeliveryStatus)row.GetInt16(4);
        var last = row.IsDBNull(7)
            ? null
            : new Attempt(row.Time(7), row.GetTimeSpan(11), row.Nullable<short>(8), row.GetFieldValue<byte[]>(9),
                row.NullableText(10));
        return new DeliveryView(row.GetGuid(0), Names.Of((EventType)row.GetInt16(1)), status,
            row.GetInt32(5), row.Time(12), row.Nullable<Guid>(2), row.Nullable<int>(3),
            status == DeliveryStatus.Pending ? row.Time(6) : null, last is null ? null : AttemptView.Of(last),
            JsonSerializer.Deserialize(row.GetString(14), WebhooksJson.Strict.ListPastAttemptView));
    }
}
