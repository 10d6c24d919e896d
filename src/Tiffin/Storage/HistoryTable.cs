using Npgsql;
using static Tiffin.Storage.Sql;

namespace Tiffin.Storage;

/// <summary>Tables that only grow, kept in partitions of a week by their ids' time.</summary>
static class HistoryTable
{
    public const string Deliveries = "webhook_deliveries";
    public const string Notifications = "notifications";
    public const string Audit = "audit";

    /// <summary>
    /// Makes the partitions of the weeks to come and drops those that are older than kept; returns how many were
    /// dropped. Fails where a lock is not to be had within half a second: the next run does it.
    /// </summary>
    public static async Task<int> Keep(
        NpgsqlConnection connection, string table, TimeSpan kept, CancellationToken cancel)
    {
        await using var command = Command(connection, "SELECT keep_history($1, $2)", P(table), P(kept));
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }
}
