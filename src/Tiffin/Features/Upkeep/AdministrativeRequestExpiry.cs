using Tiffin.Edge;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>Deletes stored responses of administrative requests, which may hold secrets, after three days.</summary>
sealed class AdministrativeRequestExpiry(Database database) : IChore
{
    const int AtOnceMax = 1_000;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        while (await AdministrativeRequests.DeleteExpired(connection, AtOnceMax, cancel) == AtOnceMax) { }
    }
}
