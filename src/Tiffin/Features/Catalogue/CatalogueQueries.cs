using Npgsql;
using Tiffin.Engine.Storage;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Features.Catalogue;

static class CatalogueQueries
{
    /// <summary>Quantities on hand by the ingredient's number.</summary>
    public static async Task<Dictionary<int, long>> OnHand(
        NpgsqlConnection connection, int kitchen, CancellationToken cancel) =>
        (await Rows(connection, "SELECT ingredient, on_hand FROM stock WHERE kitchen = $1",
            row => (row.GetInt32(0), row.GetInt64(1)), cancel, P(kitchen))).ToDictionary();
}
