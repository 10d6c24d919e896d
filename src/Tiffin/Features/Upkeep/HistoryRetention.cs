using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>Drops expired weekly partitions of notifications and the audit log, and creates future ones.</summary>
sealed class HistoryRetention(Database database, IOptions<RetentionOptions> options, ILogger<HistoryRetention> log)
    : IChore
{
    // Partitions exist two weeks ahead, so a run that fails because a table is locked does no harm.
    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var dropped = await HistoryTable.Keep(
            connection, HistoryTable.Notifications, options.Value.Notifications, cancel);
        dropped += await HistoryTable.Keep(connection, HistoryTable.Audit, options.Value.Audit, cancel);
        if (dropped > 0) UpkeepMessages.Dropped(log, dropped);
    }
}
