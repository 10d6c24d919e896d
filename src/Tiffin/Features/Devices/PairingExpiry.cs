using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Devices;

/// <summary>Deletes expired pairings. A run deletes about as many as may be open at a time.</summary>
sealed class PairingExpiry(Database database) : IChore
{
    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await PairingTable.DeleteExpired(connection, cancel);
    }
}
