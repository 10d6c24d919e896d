using Npgsql;
using Tiffin.Domain;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Finds orders by channel and external reference.</summary>
static class ReferenceLookup
{
    const string LoadSql = """
        SELECT o.channel, o.external_reference, o.id
        FROM unnest($1::text[], $2::text[]) AS t (channel, external_reference)
        JOIN orders o ON o.channel = t.channel AND o.external_reference = t.external_reference
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<ExternalReference> references) => Of(LoadSql,
        P(references.Select(r => r.Channel).ToArray()), P(references.Select(r => r.Reference).ToArray()));

    public static (ExternalReference, Guid) Read(NpgsqlDataReader row) =>
        (new ExternalReference(row.GetString(0), row.GetString(1)), row.GetGuid(2));
}
