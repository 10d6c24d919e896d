using Npgsql;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Orders;

static class OrderQueries
{
    // Maximum rows scanned per page, so that a page costs no more in a large table than in a small one. A selective
    // filter yields short pages with a cursor.
    public const int ScanMax = 5_000;

    public static async Task<OrderDocument?> Find(Database database, Scope scope, Guid id, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        var search = OrderSearch.Of(id, scope);
        return await FirstRow(
            connection, $"SELECT {OrderTable.Columns} FROM {OrderTable.From} WHERE {search.Seek} AND {search.Rest}",
            OrderTable.Read, cancel, search.Parameters);
    }

    /// <summary>Newest first.</summary>
    public static async Task<Page<OrderDocument>> List(
        Database database, Scope scope, OrderFilter filter, Guid? before, int limit, ScanCursors cursors,
        CancellationToken cancel, int scanMax = ScanMax)
    {
        // The same response as for an unknown kitchen, and no query, whose duration would reveal the kitchen's volume.
        if (filter.KitchenId is { } kitchen && !scope.IncludesKitchen(kitchen)) return new([], null);
        var search = new OrderSearch(filter, scope, before);
        await using var connection = await database.OpenRequest(cancel);
        var found = await Rows(
            connection, ListSql(search, limit + 1, scanMax), OrderTable.Read, cancel, search.Parameters);
        if (found.Count > limit) return Page.Of(found, limit, document => $"{document.Order.Id:N}");
        var last = await Rows(
            connection, LastScannedSql(search, scanMax), row => row.GetGuid(0), cancel, search.Parameters);
        return new(found, last is [var id] ? cursors.Encrypt(id) : null);
    }

    internal static string ListSql(OrderSearch search, int max, int scanMax) => $"""
        SELECT {OrderTable.Columns}
        FROM (SELECT * FROM orders o WHERE {search.Seek} ORDER BY o.id DESC LIMIT {scanMax}) o
            LEFT JOIN contacts c ON c.order_id = o.id
        WHERE {search.Rest} ORDER BY o.id DESC LIMIT {max}
        """;

    // The last order scanned if the scan hit its limit. It may be outside the caller's scope, so its id leaves the
    // server only encrypted (ScanCursors).
    internal static string LastScannedSql(OrderSearch search, int scanMax) =>
        $"SELECT o.id FROM orders o WHERE {search.Seek} ORDER BY o.id DESC OFFSET {scanMax - 1} LIMIT 1";
}
