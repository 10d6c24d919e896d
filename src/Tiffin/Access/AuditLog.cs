using System.Threading.Channels;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Access;

/// <summary>
/// Writes down who was refused and who did what only few may do, behind the answers, many at once. While the database
/// is away the entries wait here; what does not fit is counted in the log, so that nothing is missed in silence.
/// </summary>
public sealed class AuditLog(Database database, TimeProvider clock, ILogger<AuditLog> log) : BackgroundService
{
    const int WaitingMax = 10_000;
    const int BatchMax = 500;
    static readonly TimeSpan again = TimeSpan.FromSeconds(1);
    static readonly TimeSpan farewell = TimeSpan.FromSeconds(5);

    readonly Channel<AuditRow> waiting = Channel.CreateBounded<AuditRow>(WaitingMax);

    public void Record(AuditRow row)
    {
        if (!waiting.Writer.TryWrite(row)) AccessLog.AuditLost(log, row.Operation, row.Caller, row.Status);
    }

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
            while (waiting.Reader.TryRead(out var row)) AccessLog.AuditLost(log, row.Operation, row.Caller, row.Status);
        }
    }

    async Task Write(CancellationToken cancel)
    {
        var batch = new List<AuditRow>();
        while (batch.Count < BatchMax && waiting.Reader.TryRead(out var row)) batch.Add(row);
        while (true)
        {
            try
            {
                await using var connection = await database.OpenReader(cancel);
                await AuditTable.Insert(connection, batch, cancel);
                return;
            }
            catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
            {
                AccessLog.AuditWaits(log, away.Message);
            }
            catch (OperationCanceledException)
            {
                foreach (var row in batch) waiting.Writer.TryWrite(row);
                throw;
            }
            await Task.Delay(again, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
