using System.CommandLine;
using Npgsql;
using Tiffin.Edge;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Verify;

namespace Tiffin.Features.Analytics;

sealed class AnalyticsFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Analytics", "Sales, revenue, preparation times and waste.")];

    public override IEnumerable<Command> Commands => [RebuildCommand.Create()];

    public override void Add(WebApplicationBuilder builder) => builder.Services.AddSubscriber<AnalyticsSubscriber>();

    public override void Map(WebApplication app) => app.MapAnalytics();

    public override async Task<IReadOnlyList<Finding>> Verify(NpgsqlConnection session, CancellationToken cancel)
    {
        var invariant = new Invariant("analytics", "each sum equals the one recomputed from the event log", Sql: "");
        try
        {
            var found = await AnalyticsVerification.Compare(session, cancel);
            return [new Finding(invariant, found.Compared, found.DifferenceCount,
                found.Differences is [var first, ..] ? first.ToString() : null)];
        }
        catch (InvalidDataException unreadable)
        {
            return [new Finding(invariant, Checked: 0, Violations: 1, unreadable.Message)];
        }
    }
}
