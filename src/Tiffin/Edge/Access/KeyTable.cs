using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Edge.Access;

/// <summary>A stored API key; only the hash of the secret is stored.</summary>
sealed record KeyRow(
    Guid Id, string Prefix, byte[] Hash, Caller Caller, string Label, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, bool IsDevice = false)
{
    /// <summary>Whether the subject was generated: people know such a key by its label.</summary>
    public bool HasGeneratedSubject =>
        IsDevice || Caller.Id.StartsWith(KeyRules.GeneratedSubjectPrefix, StringComparison.Ordinal);

    /// <summary>Whether both grant the same caller the same permissions until the same time.</summary>
    public bool GrantsSameAs(KeyRow other) =>
        Id == other.Id && Hash.AsSpan().SequenceEqual(other.Hash) && ExpiresAt == other.ExpiresAt
        && Caller.Role == other.Caller.Role && Caller.Id == other.Caller.Id && Caller.Channel == other.Caller.Channel
        && Caller.Kitchens.SetEquals(other.Caller.Kitchens);
}

static class KeyTable
{
    const string Columns = """
        id, prefix, hash, role, subject, kitchens, channel, label, created_by, created_at, expires_at, revoked_at,
        last_used_at, is_device
        """;

    static readonly RowSet<KeyRow> inserted = new RowSet<KeyRow>()
        .Column("id", key => key.Id)
        .Column("prefix", key => key.Prefix)
        .Column("hash", key => key.Hash)
        .Column("role", key => (short)key.Caller.Role)
        .Column("subject", key => key.Caller.Id)
        .Array("kitchens", key => [.. key.Caller.Kitchens.Order(StringComparer.Ordinal)], (string kitchen) => kitchen)
        .Column("channel", key => key.Caller.Channel)
        .Column("label", key => key.Label)
        .Column("created_by", key => key.CreatedBy)
        .Column("created_at", key => key.CreatedAt.UtcDateTime)
        .Column("expires_at", key => key.ExpiresAt?.UtcDateTime)
        .Column("is_device", key => key.IsDevice);

    public static Task<int> Insert(NpgsqlConnection connection, KeyRow key, CancellationToken cancel) =>
        inserted.Run(connection, inserted.InsertInto("api_keys"), [key], cancel);

    /// <summary>Returns 0 when the key does not exist or was already revoked.</summary>
    public static Task<int> Revoke(NpgsqlConnection connection, Guid id, CancellationToken cancel) =>
        Run(connection, """
            UPDATE api_keys SET revoked_at = now(), changed_at = now() WHERE id = $1 AND revoked_at IS NULL
            """, cancel, P(id));

    static readonly RowSet<(Guid Id, DateTime At)> used = new RowSet<(Guid Id, DateTime At)>()
        .Column("id", use => use.Id).Column("at", use => use.At);

    public static Task<int> UpdateLastUsed(
        NpgsqlConnection connection, IReadOnlyList<(Guid Id, DateTime At)> uses, CancellationToken cancel) =>
        used.Run(connection, $"""
            UPDATE api_keys k SET last_used_at = greatest(k.last_used_at, t.at) FROM {used.From} WHERE k.id = t.id
            """, uses, cancel);

    const string ActiveSql = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())";

    /// <summary>For other tables' queries: <c>kitchens</c> and <c>is_valid</c> of a caller's keys.</summary>
    public static string CallerKeysSql(string role, string subject, string channel) => $"""
        (SELECT kitchens, {ActiveSql} AS is_valid FROM api_keys
        WHERE role = {role} AND subject = {subject} AND channel IS NOT DISTINCT FROM {channel})
        """;

    /// <summary>Keys that are neither revoked nor expired.</summary>
    public static Task<List<KeyRow>> Active(NpgsqlConnection connection, CancellationToken cancel) =>
        Read(connection, ActiveSql, cancel);

    /// <summary>
    /// Keys created or revoked within the last minute, which exceeds the duration of any statement here.
    /// </summary>
    public static Task<List<KeyRow>> Changed(NpgsqlConnection connection, CancellationToken cancel) =>
        Read(connection, "changed_at > now() - interval '1 minute'", cancel);

    /// <summary>In the order of their ids, which is the order of creation.</summary>
    public static Task<List<KeyRow>> After(NpgsqlConnection connection, Guid id, int max, CancellationToken cancel) =>
        Read(connection, "id > $1 ORDER BY id LIMIT $2", cancel, P(id), P(max));

    /// <summary>Paired devices with a valid credential, in the order of their ids.</summary>
    /// <param name="kitchens">Only devices of these kitchens; null for all.</param>
    public static Task<List<KeyRow>> Devices(
        NpgsqlConnection connection, string[]? kitchens, Guid after, int max, CancellationToken cancel) =>
        Read(connection, $"{ActiveDeviceSql} AND id > $2 ORDER BY id LIMIT $3", cancel, P(kitchens), P(after), P(max));

    public static async Task<KeyRow?> Device(
        NpgsqlConnection connection, string[]? kitchens, Guid id, CancellationToken cancel) =>
        (await Read(connection, $"{ActiveDeviceSql} AND id = $2", cancel, P(kitchens), P(id))).SingleOrDefault();

    const string ActiveDeviceSql = """
        is_device AND revoked_at IS NULL AND expires_at > now() AND ($1::text[] IS NULL OR kitchens && $1)
        """;

    static Task<List<KeyRow>> Read(
        NpgsqlConnection connection, string condition, CancellationToken cancel, params NpgsqlParameter[] parameters) =>
        Rows(connection, $"SELECT {Columns} FROM api_keys WHERE {condition}", Read, cancel, parameters);

    static KeyRow Read(NpgsqlDataReader row)
    {
        var caller = new Caller((Role)row.GetInt16(3), row.GetString(4))
        {
            Kitchens = row.GetFieldValue<string[]>(5).ToHashSet(StringComparer.Ordinal),
            Channel = row.NullableText(6),
        };
        return new KeyRow(row.GetGuid(0), row.GetString(1), row.GetFieldValue<byte[]>(2), caller, row.GetString(7),
            row.GetString(8), row.Time(9), row.NullableTime(10), row.NullableTime(11), row.NullableTime(12),
            row.GetBoolean(13));
    }
}
