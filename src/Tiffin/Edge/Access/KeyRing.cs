using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>A working key in memory. <see cref="Ended"/> tells those who hold on to an answer for long.</summary>
public sealed class HeldKey(KeyRow row) : IDisposable
{
    readonly CancellationTokenSource ended = new();
    CallerPrincipal? principal;
    string? matched;
    long lastUsed;

    public KeyRow Row => row;

    /// <summary>Whoever has this key: the same at every request.</summary>
    internal CallerPrincipal Principal => principal ??= new CallerPrincipal(
        new Credential(row.Caller, ApiKey.Start + row.Prefix, row.ExpiresAt) { Ended = Ended }, Schemes.Key);
    public CancellationToken Ended => ended.Token;

    public bool IsGood(DateTimeOffset now) => !ended.IsCancellationRequested && !(row.ExpiresAt <= now);

    /// <summary>
    /// Whether a text is this key. Hashed once; from then on the text itself is compared, in the same time whatever
    /// differs.
    /// </summary>
    public bool IsKey(string text)
    {
        if (matched is { } known && CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(known.AsSpan()), MemoryMarshal.AsBytes(text.AsSpan()))) return true;
        if (!ApiKey.Matches(text, row.Hash)) return false;
        matched = text;
        return true;
    }

    public void Use(DateTimeOffset now) => Volatile.Write(ref lastUsed, now.UtcTicks);

    /// <summary>When it was used last since this was asked; 0 for not at all.</summary>
    internal long TakeLastUsed() => Interlocked.Exchange(ref lastUsed, 0);

    internal void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();
}

/// <summary>
/// Every working key, on every node, so that a request costs no query. What changed is read every other second;
/// a key that this node does not know as good makes it look at once, at a bounded pace.
/// </summary>
public sealed class KeyRing(
    Database database, IOptions<AccessOptions> options, TimeProvider clock, ILogger<KeyRing> log) : BackgroundService
{
    static readonly TimeSpan poll = TimeSpan.FromSeconds(2);
    static readonly TimeSpan useEvery = TimeSpan.FromSeconds(30);

    /// <summary>Within what <see cref="KeyTable.Changed"/> looks back, with room for a slow database.</summary>
    static readonly TimeSpan readAllAfter = TimeSpan.FromSeconds(30);

    /// <summary>Strangers with made-up keys cause no more queries than this.</summary>
    static readonly TimeSpan missPace = TimeSpan.FromMilliseconds(250);

    readonly ConcurrentDictionary<string, HeldKey> keys = new(StringComparer.Ordinal);
    readonly SemaphoreSlim reading = new(1);
    long? readAt;
    long? readAllAt;

    /// <summary>
    /// When a credential ends is judged by this: a node whose own clock is wrong must neither end it early nor keep it.
    /// </summary>
    public DateTimeOffset Now => database.Clock.Now;

    /// <summary>The key as it works now; null for any other text, whatever is wrong with it.</summary>
    public async ValueTask<HeldKey?> Find(string text, CancellationToken cancel)
    {
        var key = Held(text);
        if (key is null)
        {
            // Whatever is wrong, it costs a look: how long that takes does not tell what it was.
            await Look(cancel);
            key = Held(text);
        }
        key?.Use(clock.GetUtcNow());
        return key;
    }

    HeldKey? Held(string text) =>
        ApiKey.Prefix(text) is { } prefix && keys.TryGetValue(prefix, out var key)
            && key.IsKey(text) && key.IsGood(Now) ? key : null;

    /// <summary>The key of a prefix, for a session that was opened with it.</summary>
    public async ValueTask<HeldKey?> OfPrefix(string prefix, CancellationToken cancel)
    {
        if (!keys.ContainsKey(prefix)) await Look(cancel);
        return keys.GetValueOrDefault(prefix) is { } key && key.IsGood(Now) ? key : null;
    }

    public async Task<bool> HasAdmin(CancellationToken cancel)
    {
        await Read(cancel);
        return keys.Values.Any(key => key.Row.Caller.Role == Role.Admin && key.IsGood(Now));
    }

    /// <summary>Makes a key; its text is in the answer and nowhere else.</summary>
    public async Task<(string Key, KeyRow Row)> Create(
        Caller caller, string label, DateTimeOffset? expiresAt, string createdBy, CancellationToken cancel)
    {
        var made = await database.Change(
            connection => Create(connection, caller, label, expiresAt, createdBy, cancel), cancel);
        Add(made.Row);
        return made;
    }

    /// <summary>In a transaction of the caller's own, who says with <see cref="Add"/> that it is committed.</summary>
    public async Task<(string Key, KeyRow Row)> Create(
        NpgsqlConnection connection, Caller caller, string label, DateTimeOffset? expiresAt, string createdBy,
        CancellationToken cancel)
    {
        var key = ApiKey.New();
        var row = new KeyRow(Guid.CreateVersion7(), ApiKey.Prefix(key)!, ApiKey.Hash(key), caller, label, createdBy,
            clock.GetUtcNow(), expiresAt, RevokedAt: null, LastUsedAt: null);
        await KeyTable.Insert(connection, row, cancel);
        return (key, row);
    }

    /// <summary>A key that works from now on, on this node without a look at the database.</summary>
    public void Add(KeyRow row) => Take(row);

    /// <summary>False when no working key has that id. Here it ends at once, elsewhere within seconds.</summary>
    public async Task<bool> Revoke(Guid id, CancellationToken cancel)
    {
        if (await database.Change(connection => KeyTable.Revoke(connection, id, cancel), cancel) == 0) return false;
        // After a read under way, which may have found the key before it was revoked and would bring it back.
        await reading.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var key in keys.Values.Where(key => key.Row.Id == id)) Drop(key);
        }
        finally
        {
            reading.Release();
        }
        return true;
    }

    public async Task<List<KeyRow>> List(Guid after, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenAccess(cancel);
        return await KeyTable.After(connection, after, max, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(poll, clock);
        var written = clock.GetUtcNow();
        try
        {
            do
            {
                try
                {
                    await Read(stoppingToken);
                    if (clock.GetUtcNow() - written < useEvery) continue;
                    written = clock.GetUtcNow();
                    await WriteUse(stoppingToken);
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

    /// <summary>
    /// Reads what changed, or waits for whoever reads it just now: what every refusal of a credential costs.
    /// </summary>
    public async Task Look(CancellationToken cancel)
    {
        var arrived = Stopwatch.GetTimestamp();
        await reading.WaitAsync(cancel);
        try
        {
            // Whoever waited while another one read has its answer.
            if (!(readAt >= arrived))
            {
                var wait = readAt is { } at ? missPace - Stopwatch.GetElapsedTime(at) : TimeSpan.Zero;
                if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancel);
                await ReadLocked(cancel);
            }
        }
        finally
        {
            reading.Release();
        }
    }

    async Task Read(CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            await ReadLocked(cancel);
        }
        finally
        {
            reading.Release();
        }
    }

    async Task ReadLocked(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        // What was changed by SQL or lost in a failover is in no list of changes: only reading all of them shows it.
        var all = readAt is not { } before || Stopwatch.GetElapsedTime(before, started) > readAllAfter
            || readAllAt is not { } whole || Stopwatch.GetElapsedTime(whole, started) >= options.Value.KeyReload;
        await using var connection = await database.OpenAccess(cancel);
        var rows = all ? await KeyTable.Working(connection, cancel) : await KeyTable.Changed(connection, cancel);
        if (all) await database.Clock.Measure(connection, cancel);
        foreach (var row in rows) Take(row);
        if (all)
        {
            var working = rows.Select(row => row.Prefix).ToHashSet(StringComparer.Ordinal);
            // One that was made here meanwhile is found again when it is used.
            foreach (var key in keys.Values.Where(key => !working.Contains(key.Row.Prefix))) Drop(key);
            readAllAt = started;
        }
        readAt = started;
    }

    void Take(KeyRow row)
    {
        if (keys.TryGetValue(row.Prefix, out var held) && (row.RevokedAt is not null || !held.Row.IsSameKey(row)))
            Drop(held);
        if (row.RevokedAt is null) keys.TryAdd(row.Prefix, new HeldKey(row));
    }

    void Drop(HeldKey key)
    {
        // Not disposed: somebody may be looking at its token just now.
        if (keys.TryRemove(new(key.Row.Prefix, key))) key.End();
    }

    /// <summary>All that were used, in one statement, so that using a key writes nothing.</summary>
    internal async Task WriteUse(CancellationToken cancel)
    {
        var used = keys.Values.Select(key => (key.Row.Id, At: key.TakeLastUsed())).Where(use => use.At > 0).ToArray();
        if (used.Length == 0) return;
        await using var connection = await database.OpenAccess(cancel);
        await KeyTable.Use(connection, [.. used.Select(use => use.Id)],
            [.. used.Select(use => new DateTime(use.At, DateTimeKind.Utc))], cancel);
    }
}
