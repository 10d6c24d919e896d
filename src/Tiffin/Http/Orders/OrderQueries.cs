using Npgsql;
using Tiffin.Storage;
using Tiffin.Wire;

namespace Tiffin.Http.Orders;

static class OrderQueries
{
    public static async Task<OrderDocument?> Find(Database database, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await using var command = new NpgsqlCommand(
            $"SELECT {OrderTable.Columns} FROM {OrderTable.From} WHERE o.id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? OrderTable.Read(row) : null;
    }
}
