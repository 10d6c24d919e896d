using System.Collections.Concurrent;
using Npgsql;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// Sessions whose people signed out, on every node: at once on the one that was told, on the others when they read it,
/// every other second.
/// </summary>
public sealed class EndedSessions(Database database, TimeProvider clock, ILogger<EndedSessions> log)
    : BackgroundService
{
    static readonly TimeSpan poll = TimeSpan.FromSeconds(2);
    static readonly TimeSpan kept = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, DateTimeOffset> ended = new(StringComparer.Ordinal);

    public bool Holds(string nonce) => ended.ContainsKey(nonce);

    public async Task Add(string nonce, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        await database.Change(connection => SessionTable.End(connection, nonce, expiresAt, cancel), cancel);
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
        await using var connection = await database.OpenAccess(cancel);
        foreach (var (nonce, expiresAt) in await SessionTable.Ended(connection, cancel)) ended[nonce] = expiresAt;
        // Well after its end: where this node's clock is ahead, a session that was ended must not begin to work again.
        var over = clock.GetUtcNow() - kept;
        foreach (var old in ended.Where(one => one.Value < over)) ended.TryRemove(old);
    }
}
