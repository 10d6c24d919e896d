using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>
/// Forgets idempotency keys that are older than promised, the oldest first, a bounded number at a time.
/// </summary>
sealed class RequestExpiry(Database database) : IChore
{
    const int AtOnceMax = 5_000;

    /// <summary>
    /// Up to when keys are forgotten. The next run begins there: before it, the index holds nothing but entries of
    /// deleted rows, until a vacuum takes them away.
    /// </summary>
    DateTime? forgotten;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        int count;
        do
        {
            (count, var until) = await RequestTable.Forget(connection, forgotten, AtOnceMax, cancel);
            forgotten = until ?? forgotten;
        }
        while (count == AtOnceMax);
    }
}
