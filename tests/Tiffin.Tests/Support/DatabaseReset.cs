using System.Text;
using Npgsql;

namespace Tiffin.Tests.Support;

/// <summary>Restores a used database to the template, or reports that it cannot.</summary>
static class DatabaseReset
{
    /// <summary>Everything that a test could have changed besides rows.</summary>
    const string Schema = """
        SELECT md5(string_agg(part, E'\n' ORDER BY part)) FROM (
            SELECT concat_ws(' ', relname, relkind, relnatts, relacl, reloptions, relreplident,
                pg_get_expr(relpartbound, oid))
            FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull, attacl)
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND relkind IN ('r', 'p', 'v')
            UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid))
            FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT concat_ws(' ', proname, proacl, prosrc) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        ) AS parts (part)
        """;

    /// <summary>
    /// Sessions that a test has ended, or that are active or hold locks; or enough dead rows, since nothing vacuums,
    /// that a new database is cheaper.
    /// </summary>
    const string Disturbed = """
        SELECT tup_inserted > 20000 OR sessions_killed + sessions_fatal + sessions_abandoned > 0
            OR EXISTS (SELECT FROM pg_stat_activity AS other WHERE other.datname = database.datname
                AND other.pid <> pg_backend_pid() AND other.state <> 'idle')
            OR EXISTS (SELECT FROM pg_locks AS lock WHERE lock.database = database.datid
                AND lock.pid <> pg_backend_pid() AND lock.locktype <> 'virtualxid')
        FROM pg_stat_database AS database WHERE datname = current_database()
        """;

    static readonly Lazy<Task<(string Schema, string Restore)>> template = new(Describe);

    /// <summary>Whether the database is like new. The session is the owner's, and stays open.</summary>
    public static async Task<bool> Run(NpgsqlConnection session)
    {
        var (schema, restore) = await template.Value;
        try
        {
            if (await Ask(session, Disturbed) is not false) return false;
            await Ask(session, restore);
            return (string?)await Ask(session, Schema) == schema;
        }
        // The test has ended this session as well.
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static async Task<(string Schema, string Restore)> Describe()
    {
        await using var session = await Session.Open(await PostgresFixture.CreateDatabase());
        // Disables triggers and foreign keys, so that the order of the tables does not matter.
        var restore = new StringBuilder("SET session_replication_role = replica;");
        foreach (var (table, columns) in await Tables(session))
        {
            restore.Append($" DELETE FROM {table};");
            // Restores the rows that migrations inserted.
            if (await Ask(session, $"SELECT json_agg(t)::text FROM {table} AS t") is string rows)
                restore.Append($" INSERT INTO {table} ({columns}) SELECT {columns} FROM ")
                    .Append($"json_populate_recordset(NULL::{table}, '{rows.Replace("'", "''")}');");
        }
        return ((string)(await Ask(session, Schema))!, restore.ToString());
    }

    static async Task<List<(string Table, string Columns)>> Tables(NpgsqlConnection session)
    {
        await using var command = new NpgsqlCommand("""
            SELECT attrelid::regclass::text, string_agg(quote_ident(attname), ', ') FILTER (WHERE attgenerated = '')
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            GROUP BY attrelid
            """, session);
        var tables = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) tables.Add((reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    static async Task<object?> Ask(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session);
        return await command.ExecuteScalarAsync();
    }
}
