using Tiffin.Edge;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>
/// Deletes expired idempotency keys, oldest first, in bounded batches, and the stored responses of administrative
/// requests, which may contain secrets.
/// </summary>
sealed class RequestExpiry(Database database) : IChore
{
    const int BatchMax = 5_000;

    // The next run starts here: earlier index entries belong to deleted rows until a vacuum removes them.
    DateTime? deletedUntil;

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        int count;
        do
        {
            (count, var until) = await RequestTable.DeleteExpired(connection, deletedUntil, BatchMax, cancel);
            deletedUntil = until ?? deletedUntil;
        }
        while (count == BatchMax);
        while (await AdministrativeRequestTable.DeleteExpired(connection, BatchMax, cancel) == BatchMax) { }
    }
}
