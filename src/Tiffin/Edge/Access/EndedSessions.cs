using System.Collections.Concurrent;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>
/// Sessions that were signed out before they expired. A sign-out takes effect on this node at once; other nodes poll at
/// the same interval as for keys.
/// </summary>
sealed class EndedSessions(Database database, TimeProvider clock, ILogger<EndedSessions> log)
    : BackgroundService
{
    static readonly TimeSpan kept = TimeSpan.FromHours(1);

    // Sessions that were used on this node or have ended, by nonce.
    readonly ConcurrentDictionary<string, (CancellationTokenSource End, DateTimeOffset ExpiresAt)> sessions =
        new(StringComparer.Ordinal);

    readonly SemaphoreSlim firstRead = new(1);
    volatile bool hasRead;

    /// <summary>Cancelled when the session is signed out, which ends its streams.</summary>
    public async ValueTask<CancellationToken> SignedOutToken(
        string nonce, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        if (!hasRead) await ReadFirst(cancel);
        return Known(nonce, expiresAt).Token;
    }

    // A node that has just started does not know of any sign-out yet.
    async Task ReadFirst(CancellationToken cancel)
    {
        await firstRead.WaitAsync(cancel);
        try
        {
            if (!hasRead) await Read(cancel);
        }
        finally
        {
            firstRead.Release();
        }
    }

    public async Task Add(string nonce, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        await database.Change(connection => EndedSessionTable.End(connection, nonce, expiresAt, cancel), cancel);
        Known(nonce, expiresAt).Cancel();
    }

    CancellationTokenSource Known(string nonce, DateTimeOffset expiresAt) =>
        sessions.GetOrAdd(nonce, _ => (new CancellationTokenSource(), expiresAt)).End;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Loop.Every(
            KeyRing.PollInterval, clock, Read, away => AccessMessages.KeysNotRead(log, away.Message), stoppingToken,
            Loop.IsDatabaseFailure);

    // Reads all: at most the sign-outs of twelve hours, the lifetime of a session.
    async Task Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenCredentials(cancel);
        foreach (var (nonce, expiresAt) in await EndedSessionTable.Ended(connection, cancel))
            Known(nonce, expiresAt).Cancel();
        hasRead = true;
        // Well after the expiry: if this node's clock is ahead, an ended session must not become valid again.
        var over = clock.GetUtcNow() - kept;
        foreach (var old in sessions.Where(one => one.Value.ExpiresAt < over)) sessions.TryRemove(old);
    }
}
