using System.CommandLine;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

static class RebuildCommand
{
    public static Command Create()
    {
        var analytics = new Command("analytics", "Recompute all sums from the event log and replace the live ones");
        analytics.SetAction(async (_, cancel) =>
        {
            await using var database = new Database(DatabaseSettings.CommandConnectionString());
            await using var session = await database.OpenWriter(cancel);
            // Only analytics waits for this transaction, so it may be idle for longer than one that blocks orders.
            await Sql.Run(session, "SET idle_in_transaction_session_timeout = '1min'", cancel);
            var rebuilt = await AnalyticsRebuild.Run(session, cancel);
            Console.WriteLine(
                $"Recomputed {rebuilt.Sums} sums up to position {rebuilt.Position}; corrected {rebuilt.Corrected}.");
            return 0;
        });
        return new Command("rebuild", "Rebuild a projection from the event log") { analytics };
    }
}
