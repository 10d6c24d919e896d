using Npgsql;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>The log's lock, and where the log ends.</summary>
static class LogTable
{
    public const string CatalogueVersionSql = "SELECT catalogue_version FROM log";

    /// <summary>First in every batch: from here to COMMIT there is one writer.</summary>
    public static NpgsqlBatchCommand Lock() => Of(CatalogueVersionSql + " FOR UPDATE");

    /// <summary>Where the log ends: the last event's position and id.</summary>
    public static NpgsqlBatchCommand Last() => Of("SELECT position, id FROM events ORDER BY position DESC LIMIT 1");

    /// <summary>
    /// Whose event stands at a position. Asked under the lock by a writer whose COMMIT went unanswered: its own
    /// event's id says that the batch is in, anything else that it never will be.
    /// </summary>
    public static NpgsqlBatchCommand IdAt(long position) =>
        Of("SELECT id FROM events WHERE position = $1", P(position));

    public static NpgsqlBatchCommand SetCatalogueVersion(long version) =>
        Of("UPDATE log SET catalogue_version = $1", P(version));
}
