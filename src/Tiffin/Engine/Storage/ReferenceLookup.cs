using Npgsql;
using Tiffin.Domain;

namespace Tiffin.Engine.Storage;

/// <summary>Finds orders by channel and external reference.</summary>
static class ReferenceLookup
{
    static readonly RowSet<ExternalReference> loaded = new RowSet<ExternalReference>()
        .Column("channel", reference => reference.Channel)
        .Column("external_reference", reference => reference.Reference);

    static readonly string loadSql = $"""
        SELECT o.channel, o.external_reference, o.id FROM {loaded.From}
        JOIN orders o ON o.channel = t.channel AND o.external_reference = t.external_reference
        """;

    public static NpgsqlBatchCommand Load(IReadOnlyCollection<ExternalReference> references) =>
        loaded.BatchCommand(loadSql, [.. references]);

    public static (ExternalReference, Guid) Read(NpgsqlDataReader row) =>
        (new ExternalReference(row.GetString(0), row.GetString(1)), row.GetGuid(2));
}
