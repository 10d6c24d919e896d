using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// Writes audit entries in batches. While the database is unavailable, entries wait in a bounded queue. An entry that
/// finds the queue full, or that PostgreSQL rejects, is logged and counted.
/// </summary>
sealed class AuditLog(
    Database database, IOptions<AccessOptions> options, AccessMetrics metrics, TimeProvider clock,
    ILogger<AuditLog> log) : BackgroundService
{
    const int WaitingMax = 10_000;
    const int BatchMax = 500;
    static readonly TimeSpan retryDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan shutdownTimeout = TimeSpan.FromSeconds(5);

    readonly Channel<Entry> waiting = Channel.CreateBounded<Entry>(WaitingMax);

    readonly record struct Entry(AuditRow Row, TaskCompletionSource? Written);

    public void Record(AuditRow row) => TryEnqueue(new Entry(row, null));

    /// <summary>
    /// Returns when the row is durable, or after <c>AuditWriteTimeout</c>: the audited effect has already happened, and
    /// the row stays queued.
    /// </summary>
    public async Task Write(AuditRow row)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!TryEnqueue(new Entry(row, written))) return;
        try
        {
            await written.Task.WaitAsync(options.Value.AuditWriteTimeout, clock);
        }
        catch (TimeoutException late)
        {
            AccessMessages.AuditWaits(log, late.Message);
        }
    }

    bool TryEnqueue(Entry entry)
    {
        if (waiting.Writer.TryWrite(entry)) return true;
        Lose(entry.Row);
        return false;
    }

    void Lose(AuditRow row)
    {
        metrics.AuditLost();
        AccessMessages.AuditLost(log, row.Operation, row.Caller, row.Status);
    }

    public async Task<List<AuditRow>> Read(Guid? before, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenCredentials(cancel);
        return await AuditTable.Before(connection, before, max, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken)) await WriteBatch(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // StopAsync writes the rest.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var end = new CancellationTokenSource(shutdownTimeout, clock);
        try
        {
            while (waiting.Reader.TryPeek(out _)) await WriteBatch(end.Token);
        }
        catch (OperationCanceledException)
        {
            while (waiting.Reader.TryRead(out var entry)) Lose(entry.Row);
        }
    }

    async Task WriteBatch(CancellationToken cancel)
    {
        var batch = new List<Entry>();
        while (batch.Count < BatchMax && waiting.Reader.TryRead(out var entry)) batch.Add(entry);
        // Halves of a rejected batch, in order.
        var parts = new Stack<List<Entry>>([batch]);
        while (parts.TryPop(out var part))
        {
            try
            {
                foreach (var half in await InsertOrBisect(part, cancel)) parts.Push(half);
            }
            catch (OperationCanceledException)
            {
                foreach (var entry in parts.Prepend(part).SelectMany(waits => waits))
                {
                    // The queue may have filled up meanwhile.
                    if (!waiting.Writer.TryWrite(entry)) Lose(entry.Row);
                }
                throw;
            }
        }
    }

    // Bisects entries that PostgreSQL rejects for their content: returns the halves, the later one first. A single
    // rejected entry is lost. Retries here while the database is unavailable: a Loop would lose the remaining halves.
    async Task<IReadOnlyList<List<Entry>>> InsertOrBisect(List<Entry> entries, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await database.Change(
                    connection => AuditTable.Insert(connection, entries.ConvertAll(entry => entry.Row), cancel), cancel,
                    commitTimeout: Timeout.InfiniteTimeSpan);
                foreach (var entry in entries) entry.Written?.TrySetResult();
                return [];
            }
            catch (PostgresException refusal) when (IsContentError(refusal))
            {
                var half = entries.Count / 2;
                if (half > 0) return [entries[half..], entries[..half]];
                AccessMessages.AuditRefused(log, refusal.SqlState, refusal.MessageText);
                Lose(entries[0].Row);
                entries[0].Written?.TrySetResult();
                return [];
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
            {
                AccessMessages.AuditWaits(log, away.Message);
            }
            await Task.Delay(retryDelay, clock, cancel);
        }
    }

    // Classes 22 (data), 23 (constraint), 54 (program limit) and P0 (trigger): a retry would fail again.
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    static bool IsContentError(PostgresException refusal) => refusal.SqlState[..2] is "22" or "23" or "54" or "P0";
}
