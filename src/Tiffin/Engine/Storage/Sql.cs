using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>Statements with positional parameters ($1, $2, …).</summary>
static class Sql
{
    public static NpgsqlBatchCommand BatchCommand(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    public static NpgsqlCommand Command(
        NpgsqlConnection connection, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Executes one statement; returns the number of affected rows.</summary>
    public static async Task<int> Run(
        NpgsqlConnection connection, string text, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, text, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The same with a timeout in seconds; zero for none.</summary>
    public static async Task<int> Run(
        NpgsqlConnection connection, string text, int timeoutSeconds, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(text, connection) { CommandTimeout = timeoutSeconds };
        return await command.ExecuteNonQueryAsync(cancel);
    }

    public static NpgsqlBatch Batch(NpgsqlConnection connection, TimeSpan timeout) =>
        new(connection) { Timeout = (int)Math.Ceiling(timeout.TotalSeconds) };

    public static async Task<List<T>> Rows<T>(
        NpgsqlConnection connection, string text, Func<NpgsqlDataReader, T> read, CancellationToken cancel,
        params NpgsqlParameter[] parameters)
    {
        await using var command = Command(connection, text, parameters);
        return await Rows(command, read, cancel);
    }

    /// <summary>For a command with its own timeout, or whose text was composed together with its parameters.</summary>
    public static async Task<List<T>> Rows<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var row = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await row.ReadAsync(cancel)) rows.Add(read(row));
        return rows;
    }

    /// <summary>For statements that return at most one row; the default if there is none.</summary>
    public static async Task<T?> FirstRow<T>(
        NpgsqlConnection connection, string text, Func<NpgsqlDataReader, T> read, CancellationToken cancel,
        params NpgsqlParameter[] parameters) =>
        (await Rows(connection, text, read, cancel, parameters)).FirstOrDefault();

    /// <summary>For statements that return exactly one row.</summary>
    public static async Task<T> SingleRow<T>(
        NpgsqlConnection connection, string text, Func<NpgsqlDataReader, T> read, CancellationToken cancel,
        params NpgsqlParameter[] parameters) =>
        (await Rows(connection, text, read, cancel, parameters)).Single();

    public static NpgsqlParameter<T> P<T>(T value) => new() { TypedValue = value };

    public static T? Nullable<T>(this NpgsqlDataReader reader, int column) where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    public static string? NullableText(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) =>
        new(reader.GetDateTime(column), TimeSpan.Zero);

    public static DateTimeOffset? NullableTime(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.Time(column);

    public static byte[]? NullableBytes(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
}
