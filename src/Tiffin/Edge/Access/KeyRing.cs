using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Access;

/// <summary>An active API key in memory. Its revocation cancels <see cref="Ended"/>, which ends its streams.</summary>
sealed class ActiveKey(KeyRow row) : IDisposable
{
    readonly CancellationTokenSource ended = new();
    CallerPrincipal? principal;
    string? matched;
    long lastUsed;

    public KeyRow Row => row;

    /// <summary>The principal of the key, shared by all requests.</summary>
    internal CallerPrincipal Principal => principal ??= new CallerPrincipal(
        new Credential(row.Caller, ApiKey.Start + row.Prefix, row.ExpiresAt) { Key = this }, Schemes.Key);
    public CancellationToken Ended => ended.Token;

    public bool IsActive(DateTimeOffset now) => !ended.IsCancellationRequested && !(row.ExpiresAt <= now);

    /// <summary>
    /// Compares a text with this key in constant time. Hashes on the first match only, then compares the text itself.
    /// </summary>
    public bool Matches(string text)
    {
        if (matched is { } known && CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(known.AsSpan()), MemoryMarshal.AsBytes(text.AsSpan()))) return true;
        if (!ApiKey.Matches(text, row.Hash)) return false;
        matched = text;
        return true;
    }

    public void MarkUsed(DateTimeOffset now) => Volatile.Write(ref lastUsed, now.UtcTicks);

    /// <summary>Returns and resets the time of the last use; 0 if unused since the last call.</summary>
    internal long TakeLastUsed() => Interlocked.Exchange(ref lastUsed, 0);

    internal void End() => ended.Cancel();

    public void Dispose() => ended.Dispose();
}

/// <summary>
/// Caches all active API keys on every node, so that a request needs no query. Changes are polled every two seconds; an
/// unknown key triggers a refresh at once, at a bounded rate.
/// </summary>
sealed class KeyRing(
    Database database, IOptions<AccessOptions> options, TimeProvider clock, ILogger<KeyRing> log) : BackgroundService
{
    /// <summary>
    /// Maximum time, plus the duration of a read, for which a revoked key still works on another node. Its screens need
    /// two seconds to notice, so they are gone within five.
    /// </summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    static readonly TimeSpan lastUsedInterval = TimeSpan.FromSeconds(30);

    // Less than the minute that KeyTable.Changed looks back, so that a slow database causes no gap.
    static readonly TimeSpan readAllAfter = TimeSpan.FromSeconds(30);

    // Minimum interval between refreshes: bounds the queries that invalid keys cause.
    static readonly TimeSpan refreshInterval = TimeSpan.FromMilliseconds(250);

    readonly ConcurrentDictionary<string, ActiveKey> keys = new(StringComparer.Ordinal);
    readonly SemaphoreSlim reading = new(1);
    long? readAt;
    long? failedAt;
    long? readAllAt;

    /// <summary>
    /// The database's clock, which decides on expiry: a node with a wrong clock must not end a credential early or
    /// late.
    /// </summary>
    public DateTimeOffset Now => database.Clock.Now;

    /// <summary>The active key with this text; null if there is none.</summary>
    public async ValueTask<ActiveKey?> Find(string text, CancellationToken cancel)
    {
        var key = Lookup(text);
        if (key is null)
        {
            // For every kind of invalid key, so that timing does not reveal what is wrong with it.
            await Refresh(cancel);
            key = Lookup(text);
        }
        key?.MarkUsed(clock.GetUtcNow());
        return key;
    }

    ActiveKey? Lookup(string text) =>
        ApiKey.Prefix(text) is { } prefix && keys.TryGetValue(prefix, out var key)
            && key.Matches(text) && key.IsActive(Now) ? key : null;

    /// <summary>The active key with a prefix, for a session that was opened with it.</summary>
    public async ValueTask<ActiveKey?> FindByPrefix(string prefix, CancellationToken cancel)
    {
        if (!keys.ContainsKey(prefix)) await Refresh(cancel);
        if (keys.GetValueOrDefault(prefix) is not { } key || !key.IsActive(Now)) return null;
        key.MarkUsed(clock.GetUtcNow());
        return key;
    }

    /// <summary>
    /// The label of the paired device or key with this generated subject. Returns the subject itself if it was not
    /// generated, or if the device or key was revoked.
    /// </summary>
    public string NameOf(string subject) =>
        keys.Select(key => key.Value.Row)
            .FirstOrDefault(row => row.Caller.Id == subject && row.HasGeneratedSubject)?.Label ?? subject;

    /// <summary><see cref="NameOf"/> with each result cached; null if the viewer may not see staff.</summary>
    public Func<string, string>? NamesFor(Caller viewer)
    {
        if (!viewer.SeesStaff) return null;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return subject => known.TryGetValue(subject, out var name) ? name : known[subject] = NameOf(subject);
    }

    public async Task<bool> HasAdmin(CancellationToken cancel)
    {
        await Read(cancel);
        return keys.Values.Any(key => key.Row.Caller.Role == Role.Admin && key.IsActive(Now));
    }

    /// <summary>Creates a key. Its text is only in the return value.</summary>
    public async Task<(string Key, KeyRow Row)> Create(
        Caller caller, string label, DateTimeOffset? expiresAt, string createdBy, CancellationToken cancel)
    {
        var made = await database.Change(
            connection => Create(connection, caller, label, expiresAt, createdBy, cancel), cancel);
        Add(made.Row);
        return made;
    }

    /// <summary>Creates a key in the caller's transaction. Call <see cref="Add"/> after the commit.</summary>
    public async Task<(string Key, KeyRow Row)> Create(
        NpgsqlConnection connection, Caller caller, string label, DateTimeOffset? expiresAt, string createdBy,
        CancellationToken cancel, bool isDevice = false)
    {
        var key = ApiKey.New();
        // The column's precision. Otherwise the next read would see a different key than in memory and end its streams.
        var expiry = expiresAt?.AddTicks(-(expiresAt.Value.Ticks % TimeSpan.TicksPerMicrosecond));
        var row = new KeyRow(Guid.CreateVersion7(), ApiKey.Prefix(key)!, ApiKey.Hash(key), caller, label, createdBy,
            clock.GetUtcNow(), expiry, RevokedAt: null, LastUsedAt: null, isDevice);
        await KeyTable.Insert(connection, row, cancel);
        return (key, row);
    }

    /// <summary>Activates a committed key on this node without a refresh.</summary>
    public void Add(KeyRow row) => Apply(row);

    /// <summary>Revokes a key: on this node at once, on the others within five seconds.</summary>
    /// <returns>False if no active key has the id.</returns>
    public async Task<bool> Revoke(Guid id, CancellationToken cancel)
    {
        if (await database.Change(connection => KeyTable.Revoke(connection, id, cancel), cancel) == 0) return false;
        // Waits for a read in progress, which may have seen the key before its revocation and would restore it.
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
        await using var connection = await database.OpenCredentials(cancel);
        return await KeyTable.After(connection, after, max, cancel);
    }

    /// <summary>Paired devices with a valid credential, of the kitchens in a scope.</summary>
    public async Task<List<KeyRow>> Devices(Scope scope, Guid after, int max, CancellationToken cancel)
    {
        await using var connection = await database.OpenCredentials(cancel);
        return await KeyTable.Devices(connection, scope.Kitchens?.ToArray(), after, max, cancel);
    }

    /// <summary>Revokes a paired device; see <see cref="Revoke"/>.</summary>
    /// <returns>False if the scope has no such device.</returns>
    public async Task<bool> RevokeDevice(Scope scope, Guid id, CancellationToken cancel)
    {
        await using (var connection = await database.OpenCredentials(cancel))
            if (await KeyTable.Device(connection, scope.Kitchens?.ToArray(), id, cancel) is null) return false;
        return await Revoke(id, cancel);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var written = clock.GetUtcNow();
        return Loop.Every(PollInterval, clock, async cancel =>
        {
            await Read(cancel);
            if (clock.GetUtcNow() - written < lastUsedInterval) return;
            written = clock.GetUtcNow();
            await WriteUse(cancel);
        }, away => AccessMessages.KeysNotRead(log, away.Message), stoppingToken, Loop.IsDatabaseFailure);
    }

    /// <summary>
    /// Reads changes, or waits for a read that began after this call. Every rejected credential incurs this cost.
    /// </summary>
    public async Task Refresh(CancellationToken cancel)
    {
        var arrived = Stopwatch.GetTimestamp();
        await reading.WaitAsync(cancel);
        try
        {
            // Another caller may have read, or failed to, while this one waited. Without this check, waiting callers
            // would run into the timeout one after another.
            if (readAt >= arrived) return;
            if (failedAt >= arrived) throw new NpgsqlException("The API keys cannot be read.");
            var wait = readAt is { } at ? refreshInterval - Stopwatch.GetElapsedTime(at) : TimeSpan.Zero;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancel);
            await ReadLocked(cancel);
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
        try
        {
            await ReadChanges(cancel);
        }
        catch (Exception away) when (Loop.IsDatabaseFailure(away))
        {
            failedAt = Stopwatch.GetTimestamp();
            throw;
        }
    }

    async Task ReadChanges(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        // Changes by SQL, or revocations lost in a failover, have no change time: only a full read shows them.
        var all = readAt is not { } before || Stopwatch.GetElapsedTime(before, started) > readAllAfter
            || readAllAt is not { } lastFull
            || Stopwatch.GetElapsedTime(lastFull, started) >= options.Value.KeyReloadInterval;
        // Excludes keys created here during the read, which does not see them: dropping one would end its streams.
        var known = keys.Values;
        await using var connection = await database.OpenCredentials(cancel);
        var rows = all ? await KeyTable.Active(connection, cancel) : await KeyTable.Changed(connection, cancel);
        if (all) await database.Clock.Measure(connection, cancel);
        foreach (var row in rows) Apply(row);
        if (all)
        {
            var working = rows.Select(row => row.Prefix).ToHashSet(StringComparer.Ordinal);
            foreach (var key in known.Where(key => !working.Contains(key.Row.Prefix))) Drop(key);
            readAllAt = started;
        }
        readAt = started;
    }

    void Apply(KeyRow row)
    {
        if (keys.TryGetValue(row.Prefix, out var held) && (row.RevokedAt is not null || !held.Row.GrantsSameAs(row)))
            Drop(held);
        if (row.RevokedAt is null) keys.TryAdd(row.Prefix, new ActiveKey(row));
    }

    void Drop(ActiveKey key)
    {
        // Not disposed: a request may be using its token.
        if (keys.TryRemove(new(key.Row.Prefix, key))) key.End();
    }

    // One statement for all keys, so that a request writes nothing.
    internal async Task WriteUse(CancellationToken cancel)
    {
        var used = keys.Values.Select(key => (key.Row.Id, At: key.TakeLastUsed())).Where(use => use.At > 0).ToArray();
        if (used.Length == 0) return;
        await using var connection = await database.OpenCredentials(cancel);
        await KeyTable.UpdateLastUsed(
            connection, [.. used.Select(use => (use.Id, new DateTime(use.At, DateTimeKind.Utc)))], cancel);
    }
}
