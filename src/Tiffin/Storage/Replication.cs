using Npgsql;

namespace Tiffin.Storage;

/// <summary>
/// With a synchronous standby, rows can be visible here that no standby has: the wait of their COMMIT was cancelled or
/// its session terminated, or PostgreSQL crashed during it and recovered. A fail-over would lose them.
/// https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION
/// </summary>
static class Replication
{
    const int TimeoutSeconds = 2;

    /// <summary>
    /// Whether a COMMIT succeeded here while its wait was cancelled (01000) or its session terminated (57P01). Other
    /// notices carry these codes too, such as that of an immediate stop, and texts are translated: the function that
    /// raised it tells them apart.
    /// </summary>
    // https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/replication/syncrep.c
    // Without a routine, which a proxy may leave out, the safe reading is that the commit is not replicated.
    public static bool IsMissing(PostgresNotice notice) =>
        notice is { SqlState: "01000" or "57P01", Routine: null or "" or "SyncRepWaitForLSN" };

    /// <summary>
    /// Returns when a standby has all that this session has read: a commit record of its own waits for it, behind
    /// theirs. Returns at once without synchronous replication.
    /// </summary>
    /// <exception cref="NpgsqlException">The standby did not confirm in time.</exception>
    public static async Task Confirm(NpgsqlConnection connection, CancellationToken cancel)
    {
        var isMissing = false;
        void Hear(object sender, NpgsqlNoticeEventArgs e) => isMissing |= IsMissing(e.Notice);
        await using var command = Sql.Command(connection, """
            SELECT pg_logical_emit_message(true, 'tiffin', '') WHERE current_setting('synchronous_standby_names') <> ''
            """);
        command.CommandTimeout = TimeoutSeconds;
        connection.Notice += Hear;
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        finally
        {
            connection.Notice -= Hear;
        }
        // A wait that timed out is cancelled, and then succeeds.
        if (isMissing) throw new NpgsqlException("The synchronous standby has not confirmed what was read of the log.");
    }
}
