using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>Statements with positional parameters ($1, $2, …).</summary>
static class Sql
{
    public static NpgsqlBatchCommand Of(string text, params ReadOnlySpan<NpgsqlParameter> parameters)
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

    public static NpgsqlParameter<T> P<T>(T value) => new() { TypedValue = value };

    public static T? Nullable<T>(this NpgsqlDataReader reader, int column) where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    public static string? NullableText(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) =>
        new(reader.GetDateTime(column), TimeSpan.Zero);
}
