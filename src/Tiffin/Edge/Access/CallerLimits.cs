using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>Whether a request is let in, or which of the caller's bounds it exceeds.</summary>
enum Entry { Admitted, OverRate, OverConcurrency }

/// <summary>What one caller costs this node just now.</summary>
sealed class CallerUse(CallerLimit limit, TimeProvider clock)
{
    readonly TokenBucket bucket = new(limit.PerSecond, limit.Burst, clock);
    int requests;
    int streams;

    /// <summary>
    /// The rate and the concurrency, as draft-ietf-httpapi-ratelimit-headers has them: a quota of concurrent requests
    /// has no window.
    /// </summary>
    public string Policy { get; } = string.Create(CultureInfo.InvariantCulture,
        $"\"caller\";q={limit.Burst};w={Math.Max(1, (int)Math.Ceiling(limit.Burst / limit.PerSecond))}, "
        + $"\"concurrency\";q={limit.Concurrent};qu=\"concurrent-requests\"");

    public CallerLimit Limit => limit;

    public bool IsIdle => Volatile.Read(ref requests) + Volatile.Read(ref streams) == 0 && bucket.IsFull;

    /// <summary>Those that are written down one by one: a hundred, and one each second.</summary>
    public Refusals Refusals { get; } = new(new TokenBucket(perSecond: 1, burst: 100, clock));

    public Entry Enter(out int left, out int wait)
    {
        if (!bucket.Take(out left, out wait)) return Entry.OverRate;
        if (Interlocked.Increment(ref requests) <= limit.Concurrent) return Entry.Admitted;
        Leave();
        return Entry.OverConcurrency;
    }

    /// <summary>Once for each that was let in.</summary>
    public void Leave() => Interlocked.Decrement(ref requests);

    public bool OpenStream()
    {
        if (Interlocked.Increment(ref streams) <= limit.Streams) return true;
        CloseStream();
        return false;
    }

    public void CloseStream() => Interlocked.Decrement(ref streams);
}

/// <summary>The refusals of one caller or address. Those above what it may have are counted only.</summary>
sealed class Refusals(TokenBucket bucket)
{
    int unwritten;

    public bool IsIdle => bucket.IsFull;

    /// <param name="before">Those that were only counted since the last one that was not.</param>
    public bool Take(out int wait, out int before)
    {
        var isTaken = bucket.Take(out _, out wait);
        before = isTaken ? Interlocked.Exchange(ref unwritten, 0) : 0;
        if (!isTaken) Interlocked.Increment(ref unwritten);
        return isTaken;
    }
}

/// <summary>What callers cost this node, and who fails to say who they are.</summary>
sealed class CallerLimits(IOptions<LimitOptions> options, TimeProvider clock)
{
    /// <summary>Callers and addresses that are remembered; those who rest are forgotten first.</summary>
    const int KnownMax = 50_000;

    readonly ConcurrentDictionary<(Role, string, string?), CallerUse> callers = [];
    readonly ConcurrentDictionary<IPAddress, CallerUse> visitors = [];
    readonly ConcurrentDictionary<IPAddress, Refusals> failures = [];

    public CallerUse Of(Caller caller)
    {
        var who = (caller.Role, caller.Id, caller.Channel);
        return callers.TryGetValue(who, out var use) ? use
            : Add(callers, who, new CallerUse(options.Value.Of(who.Role), clock), known => known.IsIdle);
    }

    /// <summary>Of those who need not say who they are: what they cost counts for the address.</summary>
    public CallerUse OfVisitor(IPAddress? address)
    {
        var network = Network(address);
        return visitors.TryGetValue(network, out var use) ? use
            : Add(visitors, network, new CallerUse(options.Value.Visitor, clock), known => known.IsIdle);
    }

    /// <summary>The sign-ins that failed.</summary>
    public Refusals Failures(IPAddress? address)
    {
        var (network, limits) = (Network(address), options.Value);
        return failures.TryGetValue(network, out var refusals) ? refusals
            : Add(failures, network, new(new(limits.FailuresPerSecond, limits.FailuresBurst, clock)),
                known => known.IsIdle);
    }

    static TValue Add<TKey, TValue>(
        ConcurrentDictionary<TKey, TValue> known, TKey key, TValue value, Func<TValue, bool> isIdle)
        where TKey : notnull
    {
        if (known.Count > KnownMax)
            foreach (var entry in known.Where(entry => isIdle(entry.Value))) known.TryRemove(entry);
        return known.GetOrAdd(key, value);
    }

    /// <summary>Of IPv6 the 64 bits that a provider gives to one customer, who has all addresses below it.</summary>
    static IPAddress Network(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
