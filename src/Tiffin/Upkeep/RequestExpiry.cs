using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>Forgets idempotency keys that are older than promised, a bounded number at a time.</summary>
sealed class RequestExpiry(Database database) : IChore
{
    const int AtOnceMax = 5_000;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        while (await RequestTable.Forget(connection, AtOnceMax, cancel) == AtOnceMax) { }
    }
}
