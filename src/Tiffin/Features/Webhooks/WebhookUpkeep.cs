using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Drops weekly partitions of deliveries older than <c>Retention</c>. Separate from the loop that renews the leases, so
/// that a slow drop cannot delay deliveries.
/// </summary>
sealed class WebhookUpkeep(Database database, IOptions<WebhookOptions> options) : IChore
{
    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await HistoryTable.Keep(connection, HistoryTable.Deliveries, options.Value.Retention, cancel);
    }
}
