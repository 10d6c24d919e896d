using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>Forgets the answers of administrative requests, and the secrets in them, after three days.</summary>
sealed class AdministrativeRequestExpiry(Database database) : IChore
{
    const int AtOnceMax = 1_000;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        while (await AdministrativeRequests.Forget(connection, AtOnceMax, cancel) == AtOnceMax) { }
    }
}
