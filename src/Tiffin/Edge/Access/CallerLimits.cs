using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>Whether a request is admitted, or which limit of the caller it exceeds.</summary>
enum AdmissionResult { Admitted, OverRate, OverConcurrency }

/// <summary>Current usage of one caller or client address on this node.</summary>
sealed class CallerUsage(CallerLimit limit, TimeProvider clock)
{
    readonly TokenBucket bucket = new(limit.RequestsPerSecond, limit.Burst, clock);
    int requests;
    int streams;

    /// <summary>
    /// The RateLimit-Policy header (draft-ietf-httpapi-ratelimit-headers). A quota of concurrent requests has no
    /// window.
    /// </summary>
    public string Policy { get; } = string.Create(CultureInfo.InvariantCulture,
        $"\"caller\";q={limit.Burst};w={Math.Max(1, (int)Math.Ceiling(limit.Burst / limit.RequestsPerSecond))}, "
        + $"\"concurrency\";q={limit.ConcurrentRequests};qu=\"concurrent-requests\"");

    public CallerLimit Limit => limit;

    public bool IsIdle =>
        Volatile.Read(ref requests) + Volatile.Read(ref streams) == 0 && bucket.IsFull && ShortCodes.IsFull;

    /// <summary>Samples audited rejections: a burst of 100, then one per second.</summary>
    public RejectionLimiter Rejections { get; } = new(new TokenBucket(perSecond: 1, burst: 100, clock));

    /// <summary>Attempts to enter a short code, right or wrong: it has too few bits for unlimited guesses.</summary>
    public TokenBucket ShortCodes { get; } = new(perSecond: 0.2, burst: 20, clock);

    public AdmissionResult Enter(out int left, out int wait)
    {
        if (!bucket.TryTake(out left, out wait)) return AdmissionResult.OverRate;
        if (Interlocked.Increment(ref requests) <= limit.ConcurrentRequests) return AdmissionResult.Admitted;
        Leave();
        return AdmissionResult.OverConcurrency;
    }

    /// <summary>Must be called once for each admitted request.</summary>
    public void Leave() => Interlocked.Decrement(ref requests);

    public bool OpenStream()
    {
        if (Interlocked.Increment(ref streams) <= limit.Streams) return true;
        CloseStream();
        return false;
    }

    public void CloseStream() => Interlocked.Decrement(ref streams);
}

/// <summary>Rate of rejections of one caller or address. Rejections above the rate are only counted.</summary>
sealed class RejectionLimiter(TokenBucket bucket)
{
    int unwritten;

    public bool IsIdle => bucket.IsFull;

    /// <param name="suppressed">Rejections that were only counted since the last recorded one.</param>
    public bool TryTake(out int wait, out int suppressed)
    {
        var isTaken = bucket.TryTake(out _, out wait);
        suppressed = isTaken ? Interlocked.Exchange(ref unwritten, 0) : 0;
        if (!isTaken) Interlocked.Increment(ref unwritten);
        return isTaken;
    }
}

/// <summary>Usage per caller and client address, and failed authentications per address.</summary>
sealed class CallerLimits(IOptions<LimitOptions> options, TimeProvider clock)
{
    // Callers or addresses above which idle ones are removed.
    const int EvictionThreshold = 50_000;

    readonly ConcurrentDictionary<(Role, string, string?), CallerUsage> callers = [];
    readonly ConcurrentDictionary<IPAddress, CallerUsage> addresses = [];
    readonly ConcurrentDictionary<IPAddress, RejectionLimiter> failures = [];

    public CallerUsage Of(Caller caller)
    {
        var who = (caller.Role, caller.Id, caller.Channel);
        return callers.TryGetValue(who, out var use) ? use
            : Add(callers, who, new CallerUsage(options.Value.Of(who.Role), clock), known => known.IsIdle);
    }

    /// <summary>Usage of anonymous requests, which are limited per address.</summary>
    public CallerUsage OfAddress(IPAddress? address)
    {
        var network = Network(address);
        return addresses.TryGetValue(network, out var use) ? use
            : Add(addresses, network, new CallerUsage(options.Value.Anonymous, clock), known => known.IsIdle);
    }

    /// <summary>Failed authentications of an address.</summary>
    public RejectionLimiter Failures(IPAddress? address)
    {
        var (network, limits) = (Network(address), options.Value);
        return failures.TryGetValue(network, out var refusals) ? refusals
            : Add(failures, network, new(new(limits.AuthFailuresPerSecond, limits.AuthFailuresBurst, clock)),
                known => known.IsIdle);
    }

    static TValue Add<TKey, TValue>(
        ConcurrentDictionary<TKey, TValue> known, TKey key, TValue value, Func<TValue, bool> isIdle)
        where TKey : notnull
    {
        if (known.Count > EvictionThreshold)
            foreach (var entry in known.Where(entry => isIdle(entry.Value))) known.TryRemove(entry);
        return known.GetOrAdd(key, value);
    }

    // For IPv6 the /64 prefix: one customer of a provider has all addresses in it.
    public static IPAddress Network(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
