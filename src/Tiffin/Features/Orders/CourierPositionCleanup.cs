using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Orders;

/// <summary>
/// Deletes the courier positions of orders that have ended. A position that arrives while its order ends may be written
/// after the batch that ends the order, which then cannot delete it.
/// </summary>
sealed class CourierPositionCleanup(Database database) : IChore
{
    public TimeSpan Interval => TimeSpan.FromSeconds(10);

    public bool UsesSandboxClock => true;

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await CourierPositionTable.DeleteEnded(connection, cancel);
    }
}
