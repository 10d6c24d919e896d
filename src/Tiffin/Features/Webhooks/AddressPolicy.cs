using System.Net;
using System.Net.Sockets;

namespace Tiffin.Features.Webhooks;

/// <summary>
/// SSRF protection: webhooks may call public addresses only, never the network that this node runs in. Pure.
/// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.
/// </summary>
static class AddressPolicy
{
    static readonly IPNetwork[] notPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/3",
        }.Select(range => IPNetwork.Parse(range)),
    ];

    // Excludes loopback, NAT64 (64:ff9b::/96), link-local, unique local and multicast without listing them.
    static readonly IPNetwork globalUnicast6 = IPNetwork.Parse("2000::/3");

    // IETF protocol assignments (with Teredo), documentation, 6to4: they embed an IPv4 address or are not routed.
    static readonly IPNetwork[] notPublic6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(range => IPNetwork.Parse(range))];

    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !notPublic4.Any(range => range.Contains(address)),
        // IPNetwork matches some IPv4-mapped addresses with networks that do not contain them.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6
            && globalUnicast6.Contains(address) && !notPublic6.Any(range => range.Contains(address)),
        _ => false,
    };

    public static bool IsAllowed(IPAddress address, WebhookOptions options) =>
        IsPublic(address) || (options.AllowLoopback && IPAddress.IsLoopback(address));

    /// <summary>Why the URL is refused without a DNS lookup; null if it is not.</summary>
    public static string? CheckUrl(Uri url, WebhookOptions options)
    {
        var literal = IPAddress.TryParse(url.IdnHost, out var address);
        if (url.Scheme != Uri.UriSchemeHttps && !(options.AllowHttp && url.Scheme == Uri.UriSchemeHttp))
            return options.AllowHttp ? "must start with https:// or http://" : "must start with https://";
        if (url.UserInfo.Length > 0) return "must not contain a user name or password";
        if (url.Fragment.Length > 0) return "must not contain a fragment (#)";
        if (literal && !IsAllowed(address!, options)) return NotPublic;
        if (literal && !options.AllowLoopback) return "must use a host name, not an IP address";
        if (!options.AllowHttp && !options.AllowLoopback && !options.AllowedPorts.Contains(url.Port))
            return $"must use one of the ports {string.Join(", ", options.AllowedPorts.Order())}";
        return null;
    }

    public const string NotPublic = "must resolve to public addresses only";
}
