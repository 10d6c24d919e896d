using System.CommandLine;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Analytics;

static class RebuildCommand
{
    public static Command Create()
    {
        var analytics = new Command("analytics", "Sum the log up anew, beside the live figures, and exchange them");
        analytics.SetAction(async (_, cancel) =>
        {
            await using var database = new Database(DatabaseSettings.OfCommand());
            await using var session = await database.OpenWriter(cancel);
            var rebuilt = await AnalyticsRebuild.Run(session, cancel);
            Console.WriteLine(
                $"{rebuilt.Sums} figures up to position {rebuilt.Position}; {rebuilt.Corrected} of them were wrong.");
            return 0;
        });
        return new Command("rebuild", "Recompute what is derived from the log") { analytics };
    }
}
