using Npgsql;

namespace Tiffin.Tests.Support;

/// <summary>Runs SQL in a session that is opened for it.</summary>
public static class Session
{
    public static async Task Run(string connectionString, string sql) => await Ask<object>(connectionString, sql);

    /// <summary>The first column of the first row.</summary>
    public static async Task<T?> Ask<T>(string connectionString, string sql)
    {
        await using var connection = await Open(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Opens an unpooled session, which ends when it is disposed.</summary>
    public static async Task<NpgsqlConnection> Open(string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
