using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Webhooks;

/// <summary>Null leaves a property unchanged; an empty list of kitchens means all.</summary>
sealed record WebhookChange(
    string? Url = null, IReadOnlyList<string>? Types = null, IReadOnlyList<string>? Kitchens = null,
    string? Description = null, bool? Enabled = null);

/// <summary>Row-level access: owners see and change their own endpoints, administrators all of them.</summary>
static class OwnedWebhooks
{
    // $1 and $2 of every statement that uses it: the caller's role, and the caller's id and channel. A null role sees
    // all endpoints.
    const string OwnerConditionSql = """
        ($1::smallint IS NULL OR (owner_role = $1 AND owner_id = ($2::text[])[1]
            AND owner_channel IS NOT DISTINCT FROM ($2::text[])[2]))
        """;

    const string EndOfLog = "(SELECT coalesce(max(position), 0) FROM events)";

    static readonly RowSet<Webhook> inserted = new RowSet<Webhook>()
        .Column("id", webhook => webhook.Id)
        .Column("owner_role", webhook => (short)webhook.Owner.Role)
        .Column("owner_id", webhook => webhook.Owner.Id)
        .Column("owner_channel", webhook => Scope.Of(webhook.Owner).Channel)
        .Array("owner_kitchens", webhook => Scope.Of(webhook.Owner).Kitchens, kitchen => kitchen)
        .Column("url", webhook => webhook.Url.OriginalString)
        .Column("description", webhook => webhook.Description)
        .Array("types", webhook => webhook.Types, type => type)
        .Array("kitchens", webhook => webhook.Kitchens, kitchen => kitchen)
        .Array("secrets", webhook => webhook.Secrets, secret => secret.Sealed)
        .Array("secrets_until", webhook => webhook.Secrets, secret => secret.ExpiresAt.UtcDateTime)
        .Column("created_at", webhook => webhook.CreatedAt.UtcDateTime)
        .Column("enabled_at", webhook => webhook.CreatedAt.UtcDateTime);

    static readonly string insertSql = $"""
        INSERT INTO webhook_endpoints ({inserted.Columns}, starts_after)
        SELECT {inserted.Values}, {EndOfLog} FROM {inserted.From}
        WHERE (
            SELECT count(*) FROM webhook_endpoints w WHERE w.owner_role = t.owner_role AND w.owner_id = t.owner_id
                AND w.owner_channel IS NOT DISTINCT FROM t.owner_channel) < {inserted.ExtraPlaceholder(1)}
        """;

    const string UpdateSql = $"""
        UPDATE webhook_endpoints SET url = coalesce($4, url), types = coalesce($5, types),
            kitchens = CASE WHEN $6::text[] IS NULL THEN kitchens WHEN cardinality($6::text[]) > 0 THEN $6 END,
            description = coalesce($7, description), enabled = coalesce($8, enabled),
            disabled_reason = CASE WHEN NOT coalesce($8, enabled)
                THEN coalesce(disabled_reason, 'Disabled by its owner.') END,
            enabled_at = CASE WHEN $8 AND NOT enabled THEN clock_timestamp() ELSE enabled_at END,
            starts_after = CASE WHEN $8 AND NOT enabled THEN {EndOfLog} ELSE starts_after END,
            failing_since = CASE WHEN $8 AND NOT enabled THEN NULL ELSE failing_since END,
            queued_to = CASE WHEN coalesce($8, enabled) THEN queued_to END,
            owner_kitchens = CASE WHEN $1 IS NULL THEN owner_kitchens ELSE $9 END,
            version = version + 1
        WHERE {OwnerConditionSql} AND id = $3
        RETURNING {WebhookTable.Columns}
        """;

    /// <summary>Must run in a transaction. False if the owner already has <paramref name="max"/> endpoints.</summary>
    public static async Task<bool> Insert(
        NpgsqlConnection connection, Webhook webhook, int max, CancellationToken cancel)
    {
        // Serializes the owner's inserts: concurrent ones would both pass the check of the count.
        await Run(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", cancel,
            P(string.Join('\n', IdAndChannel(webhook.Owner))), P((long)webhook.Owner.Role));
        return await inserted.Run(connection, insertSql, [webhook], cancel, P(max)) == 1;
    }

    public static Task<List<Webhook>> List(NpgsqlConnection connection, Caller caller, CancellationToken cancel) =>
        Rows(connection, $"SELECT {WebhookTable.Columns} FROM webhook_endpoints WHERE {OwnerConditionSql} ORDER BY id",
            WebhookTable.Read, cancel, OwnerParameters(caller));

    public static async Task<Webhook?> Find(
        NpgsqlConnection connection, Caller caller, string id, CancellationToken cancel)
    {
        if (!Guid.TryParseExact(id, "D", out var webhook)) return null;
        return await FirstRow(
            connection, $"SELECT {WebhookTable.Columns} FROM webhook_endpoints WHERE {OwnerConditionSql} AND id = $3",
            WebhookTable.Read, cancel, OwnerParameters(caller, P(webhook)));
    }

    public static Task<Webhook?> Update(
        NpgsqlConnection connection, Caller caller, Guid id, WebhookChange change, CancellationToken cancel) =>
        FirstRow(connection, UpdateSql, WebhookTable.Read, cancel, OwnerParameters(caller, P(id), P(change.Url),
            P(change.Types?.ToArray()), P(change.Kitchens?.ToArray()), P(change.Description),
            P(change.Enabled), P(Scope.Of(caller).Kitchens?.ToArray())));

    /// <summary>Leaves the deliveries to retention, which drops them by whole weeks.</summary>
    public static async Task<bool> Delete(
        NpgsqlConnection connection, Caller caller, Guid id, CancellationToken cancel) =>
        await Run(connection, $"DELETE FROM webhook_endpoints WHERE {OwnerConditionSql} AND id = $3", cancel,
            OwnerParameters(caller, P(id))) == 1;

    /// <summary>False if the endpoint has changed since it was read (optimistic concurrency).</summary>
    public static async Task<bool> SetSecrets(
        NpgsqlConnection connection, Webhook webhook, IReadOnlyList<SealedSecret> secrets, CancellationToken cancel) =>
        await Run(connection, """
            UPDATE webhook_endpoints SET secrets = $3, secrets_until = $4, version = version + 1
            WHERE id = $1 AND version = $2
            """, cancel, P(webhook.Id), P(webhook.Version), P(secrets.Select(secret => secret.Sealed).ToArray()),
            P(secrets.Select(secret => secret.ExpiresAt.UtcDateTime).ToArray())) == 1;

    static NpgsqlParameter[] OwnerParameters(Caller caller, params ReadOnlySpan<NpgsqlParameter> more) =>
        [P(caller.Role == Role.Admin ? null : (short?)caller.Role), P(IdAndChannel(caller)), .. more];

    static string?[] IdAndChannel(Caller caller) => [caller.Id, Scope.Of(caller).Channel];
}
