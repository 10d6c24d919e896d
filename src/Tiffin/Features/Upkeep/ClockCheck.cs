using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>Measures the clock skew between this node and the database periodically: either clock can be set.</summary>
sealed class ClockCheck(
    Database database, ClockMetrics metrics, IOptions<ClockOptions> options, ILogger<ClockCheck> log) : IChore
{
    bool isSkewed;

    public TimeSpan Interval => TimeSpan.FromSeconds(10);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenHealth(cancel);
        await database.Clock.Measure(connection, cancel);
        var skew = database.Clock.Skew;
        metrics.Record(skew);
        var was = isSkewed;
        isSkewed = skew.Duration() > options.Value.SkewMax;
        if (isSkewed && !was) UpkeepMessages.ClockSkewExceeded(log, skew.TotalSeconds);
    }
}
