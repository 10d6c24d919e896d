using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// Gives up the endpoints of this node whose owner has lost the last key. Not in the loop that renews the leases: each
/// command may wait for as long as the commit pipeline does.
/// </summary>
sealed class OwnersUpkeep(Database database, WebhookDispatcher dispatcher, WebhookDisabler disabler) : IChore
{
    public TimeSpan Every => TimeSpan.FromSeconds(2);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await OwnersAccess.Narrow(connection, cancel);
        foreach (var webhook in await OwnersAccess.Ended(connection, dispatcher.Node, cancel))
            await disabler.Disable(webhook, "Its owner has no key any more that is good.", failingSince: null);
    }
}
