using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Diagnostics;
using Tiffin.Storage;

namespace Tiffin.Access;

/// <summary>
/// Sessions whose people signed out, on every node: at once on the one that was told, on the others when they read it,
/// every other second.
/// </summary>
public sealed class EndedSessions(Database database, TimeProvider clock, ILogger<EndedSessions> log)
    : BackgroundService
{
    static readonly TimeSpan poll = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, DateTimeOffset> ended = new(StringComparer.Ordinal);

    public bool Holds(string nonce) => ended.ContainsKey(nonce);

    public async Task Add(string nonce, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        await SessionTable.End(connection, nonce, expiresAt, cancel);
        ended[nonce] = expiresAt;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(poll, clock);
        try
        {
            do
            {
                try
                {
                    await Read(stoppingToken);
                }
                catch (Exception away) when (away is NpgsqlException or TimeoutException or IOException)
                {
                    AccessLog.KeysNotRead(log, away.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>All of them: there are as many as people sign out in half a day.</summary>
    async Task Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenReader(cancel);
        foreach (var (nonce, expiresAt) in await SessionTable.Ended(connection, cancel)) ended[nonce] = expiresAt;
        foreach (var old in ended.Where(one => one.Value < clock.GetUtcNow())) ended.TryRemove(old);
    }
}
