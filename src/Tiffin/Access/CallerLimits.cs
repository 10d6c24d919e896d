using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tiffin.Domain;

namespace Tiffin.Access;

/// <summary>What one caller costs this node just now.</summary>
sealed class CallerUse(CallerLimit limit, TimeProvider clock)
{
    readonly TokenBucket bucket = new(limit.PerSecond, limit.Burst, clock);
    int requests;
    int streams;

    /// <summary>As draft-ietf-httpapi-ratelimit-headers has it.</summary>
    public string Policy { get; } = string.Create(CultureInfo.InvariantCulture,
        $"\"caller\";q={limit.Burst};w={Math.Max(1, (int)Math.Ceiling(limit.Burst / limit.PerSecond))}");

    public bool IsIdle => Volatile.Read(ref requests) == 0 && bucket.IsFull;

    public bool Enter(out int left, out int wait)
    {
        if (!bucket.Take(out left, out wait)) return false;
        if (Interlocked.Increment(ref requests) <= limit.Concurrent) return true;
        Leave();
        wait = 1;
        return false;
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

/// <summary>What callers cost this node, and who fails to say who they are.</summary>
sealed class CallerLimits(IOptions<LimitOptions> options, TimeProvider clock)
{
    /// <summary>Callers and addresses that are remembered; those who rest are forgotten first.</summary>
    const int KnownMax = 50_000;

    readonly ConcurrentDictionary<(Role, string), CallerUse> callers = [];
    readonly ConcurrentDictionary<IPAddress, TokenBucket> failures = [];

    public CallerUse Of(Caller caller)
    {
        if (callers.TryGetValue((caller.Role, caller.Id), out var known)) return known;
        if (callers.Count > KnownMax)
            foreach (var (who, use) in callers.Where(entry => entry.Value.IsIdle)) callers.TryRemove(new(who, use));
        return callers.GetOrAdd((caller.Role, caller.Id), _ => new CallerUse(options.Value.Of(caller.Role), clock));
    }

    /// <summary>Counts a failed sign-in; the seconds to wait when there were too many.</summary>
    public int? Failed(IPAddress? address)
    {
        if (failures.Count > KnownMax)
            foreach (var (who, full) in failures.Where(entry => entry.Value.IsFull)) failures.TryRemove(new(who, full));
        var counted = failures.GetOrAdd(
            Network(address), _ => new(options.Value.FailuresPerSecond, options.Value.FailuresBurst, clock));
        return counted.Take(out _, out var wait) ? null : wait;
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
