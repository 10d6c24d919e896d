using Microsoft.Extensions.Options;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Upkeep;

/// <summary>
/// Keeps partitions ready for what is to come, and drops those that are older than kept: whole, never the one that is
/// written to, and never before every subscriber has passed them.
/// </summary>
sealed class LogRetention(Database database, IOptions<RetentionOptions> options, ILogger<LogRetention> log) : IChore
{
    /// <summary>Positions to have room for: a quarter of an hour at 20,000 events a second.</summary>
    const long Ahead = 20_000_000;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await EventTable.Extend(connection, Ahead, cancel);
        var dropped = await EventTable.Drop(connection, options.Value.Events, cancel);
        if (dropped > 0) UpkeepLog.Dropped(log, dropped);
    }
}

/// <summary>How long things are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// Events can be read from the feed for at least this long; a day or more, and longer than webhook deliveries are
    /// retried.
    /// </summary>
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Messages to customers and kitchens are listed for at least this long, and up to a week more; a day or more.
    /// </summary>
    public TimeSpan Notifications { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The audit is kept for at least this long, and up to a week more; a day or more.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(400);
}

/// <summary>A delivery reads its event from the log at each attempt, the last one included.</summary>
sealed class RetentionRules(TimeSpan retriesLast) : IValidateOptions<RetentionOptions>
{
    static readonly TimeSpan eventsMin = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        if (options.Events < eventsMin)
            return ValidateOptionsResult.Fail($"Retention:Events is {options.Events}; the least is {eventsMin}.");
        return options.Events > retriesLast
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Retention:Events is {options.Events}, but webhook deliveries are retried for"
                + $" up to {retriesLast} (Webhooks:Schedule): their events would be gone. Keep events for longer, or"
                + " shorten the schedule.");
    }
}
