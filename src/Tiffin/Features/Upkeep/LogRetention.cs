using Microsoft.Extensions.Options;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Upkeep;

/// <summary>
/// Creates partitions of the log ahead of use and drops expired ones: never the one being written, and never before
/// every subscriber has read past it.
/// </summary>
sealed class LogRetention(Database database, IOptions<RetentionOptions> options, ILogger<LogRetention> log) : IChore
{
    // In positions: a quarter of an hour at 20,000 events a second.
    const long Ahead = 20_000_000;

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        await EventTable.Extend(connection, Ahead, cancel);
        var dropped = await EventTable.DropExpired(connection, options.Value.Events, cancel);
        if (dropped > 0) UpkeepMessages.Dropped(log, dropped);
    }
}

/// <summary>How long the event log is kept, in the section <c>Retention</c>.</summary>
sealed class RetentionOptions
{
    /// <summary>
    /// Events can be read from the feed for at least this long. Minimum one day, and longer than webhook deliveries
    /// are retried.
    /// </summary>
    public TimeSpan Events { get; set; } = TimeSpan.FromDays(90);
}

/// <summary>Events must outlive all late readers: a webhook retry reads its event from the log.</summary>
sealed class RetentionOptionsValidator(IEnumerable<LateReader> readers) : IValidateOptions<RetentionOptions>
{
    static readonly TimeSpan eventsMin = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        if (options.Events < eventsMin)
            return ValidateOptionsResult.Fail($"Retention:Events is {options.Events}; the minimum is {eventsMin}.");
        return readers.FirstOrDefault(reader => options.Events <= reader.DelayMax) is { } late
            ? ValidateOptionsResult.Fail(
                $"Retention:Events is {options.Events}, but {late.What} for up to {late.DelayMax} "
                + $"({late.Setting}): their events would be deleted before that. "
                + $"Increase Retention:Events, or decrease {late.Setting}.")
            : ValidateOptionsResult.Success;
    }
}
