using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Notifications;

static class NotificationQueries
{
    static readonly string listSql = $"""
        SELECT n.status, n.channel, n.state, n.at, n.attempts,
            CASE WHEN n.state = {MessageState.Waiting:d} THEN n.due_at END, n.ended_at, n.error
        FROM orders o LEFT JOIN notifications n ON n.order_id = o.id
        """;

    /// <summary>An order's messages by status; null if the order is not within the scope.</summary>
    public static async Task<NotificationList?> ListForOrder(
        Database database, Scope scope, Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        await using var command = new NpgsqlCommand { Connection = connection };
        var inScope = scope.OrderCondition(command) ?? "true";
        var id = Scope.Bind(command, orderId);
        command.CommandText = $"{listSql} WHERE o.id = {id} AND {inScope} ORDER BY n.status";
        var entries = await Sql.Rows(command, row => row.IsDBNull(0) ? null : new NotificationEntry(
            (OrderStatus)row.GetInt16(0), (MessageChannel)row.GetInt16(1), (MessageState)row.GetInt16(2),
            row.Time(3), row.GetInt32(4), row.NullableTime(5), row.NullableTime(6), row.NullableText(7)), cancel);
        // An order without messages is a row of nulls.
        return entries is [] ? null : new([.. entries.OfType<NotificationEntry>()]);
    }
}
