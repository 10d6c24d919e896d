using System.Threading.Channels;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Access;

/// <summary>
/// Writes down who was refused and who did what only few may do, many at once. While the database is away the entries
/// wait here; what does not fit is told in the log, so that nothing is missed in silence.
/// </summary>
public sealed class AuditLog(Database database, TimeProvider clock, ILogger<AuditLog> log) : BackgroundService
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

    void Lose(AuditRow row) => AccessLog.AuditLost(log, row.Operation, row.Caller, row.Status);

    public async Task<List<AuditRow>> Read(Guid? before, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
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
        while (true)
        {
            try
            {
                await using var connection = await database.OpenReader(cancel);
                await AuditTable.Insert(connection, batch.ConvertAll(entry => entry.Row), cancel);
                foreach (var entry in batch) entry.Written?.TrySetResult();
                return;
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
            {
                AccessLog.AuditWaits(log, away.Message);
            }
            catch (OperationCanceledException)
            {
                foreach (var entry in batch) waiting.Writer.TryWrite(entry);
                throw;
            }
            await Task.Delay(again, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
