using Microsoft.Extensions.Options;
using Tiffin.Engine.Hosting;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Creates the coming weeks' partitions of an append-only table, and drops expired ones. A row's week is that of the
/// time in its partition key: the id of its event, of its order, or of the row itself.
/// </summary>
sealed class HistoryRetention(
    string table, TimeSpan retention, Database database, ILogger<HistoryRetention> log) : IChore
{
    public string Table => table;

    // Partitions exist two weeks ahead, so a run that fails because the table is locked for half a second does no harm.
    public TimeSpan Interval => TimeSpan.FromMinutes(10);

    public async Task Run(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        var dropped = await SingleRow(
            connection, "SELECT keep_history($1, $2)", row => row.GetInt32(0), cancel, P(table), P(retention));
        if (dropped > 0) UpkeepMessages.Dropped(log, dropped);
    }
}

static class HistoryServices
{
    /// <summary>Declares a partitioned table and how long its owner keeps it.</summary>
    public static IServiceCollection AddHistory<TOptions>(
        this IServiceCollection services, string table, Func<TOptions, TimeSpan> retention) where TOptions : class =>
        services.AddSingleton<IChore>(all => new HistoryRetention(
            table, retention(all.GetRequiredService<IOptions<TOptions>>().Value), all.GetRequiredService<Database>(),
            all.GetRequiredService<ILogger<HistoryRetention>>()));
}
