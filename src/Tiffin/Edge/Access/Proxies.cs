using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Tiffin.Edge.Access;

/// <summary>Whose word on where a request comes from is taken.</summary>
static class Proxies
{
    public static void UseProxies(this WebApplication app)
    {
        var known = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Proxies;
        if (known.Length == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As many as are known, one behind the other: what stands before the first unknown one anybody may say.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in known) options.KnownIPNetworks.Add(Network(proxy));
        app.UseForwardedHeaders(options);
    }

    static System.Net.IPNetwork Network(string text) =>
        System.Net.IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address)
            ? new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException(
            $"Access:Proxies: '{text}' is no address and no network such as 10.0.0.0/16.");
}
