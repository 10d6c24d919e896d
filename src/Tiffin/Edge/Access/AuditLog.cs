using System.Threading.Channels;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// Writes refused and privileged calls to the audit, many at once. While the database is away the entries wait here.
/// One that does not fit, or that PostgreSQL refuses for good, is logged and counted, so that none is lost in silence.
/// </summary>
public sealed class AuditLog(
    Database database, AccessMetrics metrics, TimeProvider clock, ILogger<AuditLog> log) : BackgroundService
{
    const int WaitingMax = 10_000;
    const int BatchMax = 500;
    static readonly TimeSpan again = TimeSpan.FromSeconds(1);
    static readonly TimeSpan farewell = TimeSpan.FromSeconds(5);
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    readonly Channel<Entry> waiting = Channel.CreateBounded<Entry>(WaitingMax);

    readonly record struct Entry(AuditRow Row, TaskCompletionSource? Written);

    public void Record(AuditRow row) => Add(new Entry(row, null));

    /// <summary>
    /// Returns when the row is durable. It is not waited for longer than a caller would: what was done is done, and the
    /// row waits on here.
    /// </summary>
    public async Task Write(AuditRow row)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Add(new Entry(row, written))) return;
        try
        {
            await written.Task.WaitAsync(patience, clock);
        }
        catch (TimeoutException late)
        {
            AccessLog.AuditWaits(log, late.Message);
        }
    }

    bool Add(Entry entry)
    {
        if (waiting.Writer.TryWrite(entry)) return true;
        Lose(entry.Row);
        return false;
    }

    void Lose(AuditRow row)
    {
        metrics.AuditLost();
        AccessLog.AuditLost(log, row.Operation, row.Caller, row.Status);
    }

    public async Task<List<AuditRow>> Read(Guid? before, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenAccess(cancel);
        return await AuditTable.Before(connection, before, max, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken)) await Write(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // What came until now is written below.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var end = new CancellationTokenSource(farewell, clock);
        try
        {
            while (waiting.Reader.TryPeek(out _)) await Write(end.Token);
        }
        catch (OperationCanceledException)
        {
            while (waiting.Reader.TryRead(out var entry)) Lose(entry.Row);
        }
    }

    async Task Write(CancellationToken cancel)
    {
        var batch = new List<Entry>();
        while (batch.Count < BatchMax && waiting.Reader.TryRead(out var entry)) batch.Add(entry);
        // Halves of a refused batch wait here in turn, so that the entries keep their order.
        var parts = new Stack<List<Entry>>([batch]);
        while (parts.TryPop(out var part))
        {
            try
            {
                foreach (var half in await Try(part, cancel)) parts.Push(half);
            }
            catch (OperationCanceledException)
            {
                foreach (var entry in parts.Prepend(part).SelectMany(waits => waits)) waiting.Writer.TryWrite(entry);
                throw;
            }
        }
    }

    /// <summary>
    /// Writes some entries, however often it takes. Of those that PostgreSQL refuses for what they hold it returns the
    /// halves, the later one first; a single one is lost.
    /// </summary>
    async Task<IReadOnlyList<List<Entry>>> Try(List<Entry> entries, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await database.Change(
                    connection => AuditTable.Insert(connection, entries.ConvertAll(entry => entry.Row), cancel), cancel,
                    patience: Timeout.InfiniteTimeSpan);
                foreach (var entry in entries) entry.Written?.TrySetResult();
                return [];
            }
            catch (PostgresException refusal) when (IsForContent(refusal))
            {
                var half = entries.Count / 2;
                if (half > 0) return [entries[half..], entries[..half]];
                AccessLog.AuditRefused(log, refusal.SqlState, refusal.MessageText);
                Lose(entries[0].Row);
                entries[0].Written?.TrySetResult();
                return [];
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
            {
                AccessLog.AuditWaits(log, away.Message);
            }
            await Task.Delay(again, clock, cancel);
        }
    }

    /// <summary>
    /// Classes 22 (data), 23 (constraint), 54 (program limit) and P0 (trigger): another try gets the same answer.
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    /// </summary>
    static bool IsForContent(PostgresException refusal) => refusal.SqlState[..2] is "22" or "23" or "54" or "P0";
}
