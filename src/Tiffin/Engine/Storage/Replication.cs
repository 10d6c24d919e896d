using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Even with a synchronous standby, rows can be visible on the primary before any standby has them: the wait of their
/// COMMIT was cancelled or its session terminated, or PostgreSQL crashed while waiting. A failover would lose these
/// rows.
/// https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION
/// </summary>
static class Replication
{
    const int TimeoutSeconds = 2;

    /// <summary>
    /// Whether a COMMIT succeeded locally although its wait for the standby was cancelled (01000) or its session
    /// terminated (57P01). Other notices have these codes too, such as that of an immediate shutdown, and their texts
    /// are localized, so the function that raised the notice is compared.
    /// </summary>
    // https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/replication/syncrep.c
    // A proxy may omit the routine: it is then safe to assume that the commit is not replicated.
    public static bool IsUnreplicatedCommit(PostgresNotice notice) =>
        notice is { SqlState: "01000" or "57P01", Routine: null or "" or "SyncRepWaitForLSN" };

    /// <summary>
    /// Returns when a standby has all rows that this session has read: it commits its own WAL record, which follows
    /// theirs, and waits for that. Returns at once without synchronous replication.
    /// </summary>
    /// <exception cref="NpgsqlException">The standby did not confirm in time.</exception>
    public static async Task Confirm(NpgsqlConnection connection, CancellationToken cancel)
    {
        var isMissing = false;
        void OnNotice(object sender, NpgsqlNoticeEventArgs e) => isMissing |= IsUnreplicatedCommit(e.Notice);
        await using var command = Sql.Command(connection, """
            SELECT pg_logical_emit_message(true, 'tiffin', '') WHERE current_setting('synchronous_standby_names') <> ''
            """);
        command.CommandTimeout = TimeoutSeconds;
        connection.Notice += OnNotice;
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        finally
        {
            connection.Notice -= OnNotice;
        }
        // After a timeout the driver cancels the wait, and the statement then succeeds with a notice.
        if (isMissing) throw new NpgsqlException("The synchronous standby has not confirmed the rows that were read.");
    }
}
