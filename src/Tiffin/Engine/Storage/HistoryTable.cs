using Npgsql;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>Append-only tables, partitioned by week of the time in their ids.</summary>
static class HistoryTable
{
    public const string Deliveries = "webhook_deliveries";
    public const string Notifications = "notifications";
    public const string Audit = "audit";

    /// <summary>
    /// Creates the partitions of the coming weeks and drops expired ones; returns the number dropped. Fails if a lock
    /// is not available within half a second; the next run retries.
    /// </summary>
    public static Task<int> Keep(
        NpgsqlConnection connection, string table, TimeSpan kept, CancellationToken cancel) =>
        SingleRow(connection, "SELECT keep_history($1, $2)", row => row.GetInt32(0), cancel, P(table), P(kept));
}
