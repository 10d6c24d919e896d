using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Drops the weeks of deliveries that are older than kept. Not in the loop that renews the leases: what is slow here
/// must delay no delivery.
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
