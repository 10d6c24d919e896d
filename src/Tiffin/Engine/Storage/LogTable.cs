using Npgsql;
using Tiffin.Domain.Catalogue;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The newest catalogue version. <paramref name="KnownId"/> is the id of the version passed to the query, or null when
/// the database has no such version or no longer keeps its id.
/// </summary>
readonly record struct CatalogueHead(long Version, Guid Id, Guid? KnownId)
{
    /// <summary>Whether the queried copy is a current or former version of this database.</summary>
    public bool Contains(CatalogueSnapshot copy) => KnownId == copy.Id;

    /// <summary>Whether the queried copy is the newest version.</summary>
    public bool IsCurrent(CatalogueSnapshot copy) => Contains(copy) && Version == copy.Version;

    public static CatalogueHead Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetGuid(1), row.Nullable<Guid>(2));
}

/// <summary>The write lock of the event log, its last event, and the catalogue version.</summary>
static class LogTable
{
    /// <summary>Positions per partition of the log.</summary>
    public const long PartitionSize = 10_000_000;

    const string CatalogueSql = """
        SELECT catalogue_version, catalogue_ids[1], catalogue_ids[catalogue_version - $1 + 1] FROM log
        """;

    /// <summary>Reads a <see cref="CatalogueHead"/>; <paramref name="known"/> is the version that is cached.</summary>
    public static NpgsqlBatchCommand Catalogue(long known) => BatchCommand(CatalogueSql, P(known));

    /// <summary>
    /// The first statement of every batch: holds the log's lock until COMMIT, so that there is one writer in the
    /// cluster. Reads a <see cref="CatalogueHead"/>.
    /// </summary>
    public static NpgsqlBatchCommand Lock(long known) => BatchCommand(CatalogueSql + " FOR UPDATE", P(known));

    /// <summary>
    /// Position and id of the last event. No row when the log ends before the partition that contains
    /// <paramref name="known"/>. The partition's start is a literal because a generic plan opens and locks every
    /// partition at each execution; the statement is prepared once per partition.
    /// </summary>
    public static NpgsqlBatchCommand Last(long known) => BatchCommand($"""
        SELECT position, id FROM events WHERE position >= {PartitionStart(known)} ORDER BY position DESC LIMIT 1
        """);

    /// <summary>
    /// Id of the event at a position. A writer whose COMMIT went unanswered reads it under the lock: if it is the id of
    /// its own event, the batch was committed; otherwise it was not and never will be.
    /// </summary>
    public static NpgsqlBatchCommand IdAt(long position) =>
        BatchCommand("SELECT id FROM events WHERE position = $1", P(position));

    public static NpgsqlBatchCommand SetCatalogueVersion(long version, Guid id) => BatchCommand("""
        UPDATE log SET catalogue_version = $1, catalogue_ids = array_prepend($2, catalogue_ids[1:99])
        """, P(version), P(id));

    /// <summary>First position of the partition that contains a position.</summary>
    public static long PartitionStart(long position) => position / PartitionSize * PartitionSize;

    /// <summary>First position after the partition that contains a position.</summary>
    public static long PartitionEnd(long position) => PartitionStart(position) + PartitionSize;
}
