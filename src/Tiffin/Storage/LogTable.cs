using Npgsql;
using Tiffin.Domain.Catalogue;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>
/// The catalogue's newest version. <paramref name="KnownId"/> is the id of the version that was asked about; null when
/// the database has no such version, or has forgotten it.
/// </summary>
readonly record struct CatalogueHead(long Version, Guid Id, Guid? KnownId)
{
    /// <summary>Whether a copy, whose version was asked about, is one that the database had or has.</summary>
    public bool Has(CatalogueSnapshot copy) => KnownId == copy.Id;

    /// <summary>Whether a copy, whose version was asked about, is the newest.</summary>
    public bool Is(CatalogueSnapshot copy) => Has(copy) && Version == copy.Version;

    public static CatalogueHead Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetGuid(1), row.Nullable<Guid>(2));
}

/// <summary>The log's lock, and where the log ends.</summary>
static class LogTable
{
    /// <summary>
    /// The positions of one partition. Statements that name its start as a literal are prepared once a partition.
    /// </summary>
    const long PartitionSize = 10_000_000;

    const string CatalogueSql = """
        SELECT catalogue_version, catalogue_ids[1], catalogue_ids[catalogue_version - $1 + 1] FROM log
        """;

    /// <summary>Reads a <see cref="CatalogueHead"/>; <paramref name="known"/> is the version that is cached.</summary>
    public static NpgsqlBatchCommand Catalogue(long known) => Of(CatalogueSql, P(known));

    /// <summary>
    /// First in every batch: from here to COMMIT there is one writer. Reads a <see cref="CatalogueHead"/>.
    /// </summary>
    public static NpgsqlBatchCommand Lock(long known) => Of(CatalogueSql + " FOR UPDATE", P(known));

    /// <summary>
    /// Where the log ends: the last event's position and id. No row when the log ends before the partition of
    /// <paramref name="known"/>, an earlier end. That partition's start is a literal, since a plan that serves any
    /// value opens and locks every partition that there is, at each execution.
    /// </summary>
    public static NpgsqlBatchCommand Last(long known) => Of($"""
        SELECT position, id FROM events WHERE position >= {StartOf(known)} ORDER BY position DESC LIMIT 1
        """);

    /// <summary>
    /// Whose event stands at a position. Asked under the lock by a writer whose COMMIT went unanswered: its own
    /// event's id says that the batch is in, anything else that it never will be.
    /// </summary>
    public static NpgsqlBatchCommand IdAt(long position) =>
        Of("SELECT id FROM events WHERE position = $1", P(position));

    public static NpgsqlBatchCommand SetCatalogueVersion(long version, Guid id) => Of("""
        UPDATE log SET catalogue_version = $1, catalogue_ids = array_prepend($2, catalogue_ids[1:99])
        """, P(version), P(id));

    /// <summary>The first position of the partition that holds a position.</summary>
    public static long StartOf(long position) => position / PartitionSize * PartitionSize;

    /// <summary>The first position after the partition that holds a position.</summary>
    public static long EndOf(long position) => StartOf(position) + PartitionSize;
}
