using Microsoft.Extensions.Options;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>Drops the weeks of messages and of the audit that are older than kept, and makes those to come.</summary>
sealed class HistoryRetention(Database database, IOptions<RetentionOptions> options, ILogger<HistoryRetention> log)
    : IChore
{
    // Two weeks are ready ahead, so that a run that finds the tables locked may fail.
    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var dropped = await HistoryTable.Keep(
            connection, HistoryTable.Notifications, options.Value.Notifications, cancel);
        dropped += await HistoryTable.Keep(connection, HistoryTable.Audit, options.Value.Audit, cancel);
        if (dropped > 0) UpkeepLog.Dropped(log, dropped);
    }
}
