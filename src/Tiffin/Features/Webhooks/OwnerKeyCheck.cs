using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Disables this node's endpoints whose owner has no valid API key left. Separate from the loop that renews the leases:
/// each command may wait as long as the commit deadline.
/// </summary>
sealed class OwnerKeyCheck(Database database, WebhookDispatcher dispatcher, WebhookDisabler disabler) : IChore
{
    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await OwnerKeys.RestrictKitchens(connection, cancel);
        foreach (var webhook in await OwnerKeys.WithoutValidKey(connection, dispatcher.Node, cancel))
            await disabler.Disable(webhook, "The owner has no valid API key.", failingSince: null);
    }
}
