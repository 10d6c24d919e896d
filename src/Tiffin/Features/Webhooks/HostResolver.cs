using System.Net;
using System.Net.Sockets;

namespace Tiffin.Features.Webhooks;

/// <summary>Resolves a host name. Tests use it to replace <see cref="Dns"/>.</summary>
delegate Task<IPAddress[]> ResolveName(string name, CancellationToken cancel);

/// <summary>The address must not be called. The message is shown to the endpoint's owner: it contains no IP.</summary>
sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>
/// Resolves a host and checks its addresses. Callers connect to the returned addresses and never resolve again, which
/// prevents DNS rebinding.
/// </summary>
sealed class HostResolver(ResolveName resolve, WebhookOptions options)
{
    /// <exception cref="AddressRefusedException">No address, or one that is not allowed.</exception>
    public async Task<IPAddress[]> ResolveAllowed(string host, CancellationToken cancel)
    {
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, cancel);
        if (found.Length == 0) throw new AddressRefusedException("the host name has no address");
        // One private address is enough to reject the host: its owner controls which address a connection would get.
        return found.All(address => AddressPolicy.IsAllowed(address, options))
            ? found
            : throw new AddressRefusedException(AddressPolicy.NotPublic);
    }

    async Task<IPAddress[]> Resolve(string host, CancellationToken cancel)
    {
        try
        {
            return await resolve(host, cancel);
        }
        catch (SocketException)
        {
            throw new AddressRefusedException("the host name cannot be resolved");
        }
        catch (ArgumentException)
        {
            throw new AddressRefusedException("the host name is invalid");
        }
    }
}
