using System.Collections.Frozen;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.Streaming;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>An encrypted signing secret, valid before <paramref name="ExpiresAt"/>.</summary>
sealed record SealedSecret(byte[] Sealed, DateTimeOffset ExpiresAt);

/// <summary>
/// A subscription of an external endpoint to events. <paramref name="Secrets"/>: newest first.
/// <paramref name="QueuedTo"/>: the last queued position if later events are held in the log, else null.
/// <paramref name="StartsAfter"/>: the last position before it was created or enabled; it gets later events.
/// </summary>
sealed record Webhook(
    Guid Id, Caller Owner, Uri Url, string? Description, IReadOnlyList<string> Types, IReadOnlyList<string>? Kitchens,
    IReadOnlyList<SealedSecret> Secrets, bool Enabled, string? DisabledReason, DateTimeOffset EnabledAt,
    DateTimeOffset? FailingSince, DateTimeOffset CreatedAt, long Version, long? QueuedTo = null,
    long StartsAfter = 0, long Fence = 0)
{
    public WebhookLease Lease => new(Id, Fence);

    public IReadOnlyList<WebhookSecret> Unseal(SecretSeal seal) =>
        [.. Secrets.Select(secret => new WebhookSecret(seal.Unseal(secret.Sealed, Id), secret.ExpiresAt))];
}

/// <summary>
/// A sender's lease of an endpoint, with its fencing token. Writes under a lease that another node has since taken over
/// have no effect.
/// </summary>
readonly record struct WebhookLease(Guid WebhookId, long Fence);

/// <summary>Which events an endpoint gets. Those up to <paramref name="StartsAfter"/> do not match.</summary>
sealed record WebhookFilter(Guid WebhookId, EventFilter Filter, long StartsAfter)
{
    public bool Matches(StoredEvent e) => e.Position > StartsAfter && Filter.Matches(e);
}

static class WebhookTable
{
    public const string Columns = """
        id, owner_role, owner_id, url, description, types, kitchens, secrets, secrets_until, enabled,
        disabled_reason, enabled_at, failing_since, created_at, version, owner_kitchens, owner_channel,
        queued_to, starts_after, fence
        """;

    // Renews this node's leases and takes expired ones, by the database's clock.
    const string LeaseSql = $"""
        UPDATE webhook_endpoints SET sender = $1, leased_until = clock_timestamp() + $2,
            fence = fence + (sender IS DISTINCT FROM $1)::int
        WHERE enabled AND (sender = $1 OR leased_until < clock_timestamp())
        RETURNING {Columns}
        """;

    public static Task<List<Webhook>> Lease(
        NpgsqlConnection connection, Guid sender, TimeSpan length, CancellationToken cancel) =>
        Rows(connection, LeaseSql, Read, cancel, P(sender), P(length));

    public static Task Release(NpgsqlConnection connection, Guid sender, CancellationToken cancel) => Run(connection,
        "UPDATE webhook_endpoints SET leased_until = '-infinity' WHERE sender = $1", cancel, P(sender));

    /// <summary>
    /// Filters of enabled endpoints. <paramref name="withHeld"/> includes endpoints whose events are held in the log.
    /// </summary>
    public static Task<List<WebhookFilter>> Filters(
        NpgsqlConnection connection, bool withHeld, CancellationToken cancel) =>
        Rows(connection, """
            SELECT id, types, kitchens, owner_kitchens, owner_channel, starts_after FROM webhook_endpoints
            WHERE enabled AND ($1 OR queued_to IS NULL)
            """, row => new WebhookFilter(row.GetGuid(0),
                new EventFilter(EventPatterns.Subscribed(row.GetFieldValue<string[]>(1)), row.Texts(2)?.ToFrozenSet())
                    .Within(new Scope(row.Texts(3)?.ToFrozenSet(), row.NullableText(4), null, null)),
                row.GetInt64(5)), cancel, P(withHeld));

    public static Task Disable(NpgsqlConnection connection, Guid id, string reason, CancellationToken cancel) => Run(
        connection, """
            UPDATE webhook_endpoints SET enabled = false, disabled_reason = $2, queued_to = NULL, version = version + 1
            WHERE id = $1 AND enabled
            """, cancel, P(id), P(reason));

    /// <summary>Null if the lease was lost.</summary>
    public static Task<Webhook?> Lock(NpgsqlConnection connection, WebhookLease lease, CancellationToken cancel) =>
        FirstRow(connection, $"SELECT {Columns} FROM webhook_endpoints WHERE id = $1 AND fence = $2 FOR UPDATE", Read,
            cancel, P(lease.WebhookId), P(lease.Fence));

    public static Task SetQueued(NpgsqlConnection connection, Guid id, long? to, CancellationToken cancel) =>
        Run(connection, "UPDATE webhook_endpoints SET queued_to = $2 WHERE id = $1", cancel, P(id), P(to));

    /// <summary><paramref name="since"/>: null when the endpoint succeeds again.</summary>
    public static Task SetFailingSince(
        NpgsqlConnection connection, WebhookLease lease, DateTimeOffset? since, CancellationToken cancel) => Run(
        connection, "UPDATE webhook_endpoints SET failing_since = $3 WHERE id = $1 AND fence = $2", cancel,
        P(lease.WebhookId), P(lease.Fence), P(since?.UtcDateTime));

    public static Webhook Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new Caller((Role)row.GetInt16(1), row.GetString(2))
        {
            Kitchens = row.Texts(15)?.ToFrozenSet() ?? FrozenSet<string>.Empty, Channel = row.NullableText(16),
        },
        new Uri(row.GetString(3)),
        row.NullableText(4), row.GetFieldValue<string[]>(5), row.Texts(6),
        [.. row.GetFieldValue<byte[][]>(7).Zip(row.GetFieldValue<DateTime[]>(8),
            (secret, until) => new SealedSecret(secret, new DateTimeOffset(until, TimeSpan.Zero)))],
        row.GetBoolean(9), row.NullableText(10), row.Time(11), row.NullableTime(12), row.Time(13),
        row.GetInt64(14), row.Nullable<long>(17), row.GetInt64(18), row.GetInt64(19));

    static string[]? Texts(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<string[]>(column);
}
