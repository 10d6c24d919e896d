using System.Net;
using System.Net.Sockets;

namespace Tiffin.Features.Webhooks;

/// <summary>Asks for the addresses of a name, as <see cref="Dns"/> does.</summary>
public delegate Task<IPAddress[]> ResolveName(string name, CancellationToken cancel);

/// <summary>An address that will not be called; the message is for the endpoint's owner and names no address.</summary>
sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>Looks names up; what it gives back was checked, and is what to connect to.</summary>
sealed class NameLookup(ResolveName resolve, WebhookOptions options)
{
    /// <exception cref="AddressRefusedException">None of its addresses, or not all of them, are public.</exception>
    public async Task<IPAddress[]> Find(string host, CancellationToken cancel)
    {
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await Resolve(host, cancel);
        if (found.Length == 0) throw new AddressRefusedException("the name has no address");
        // One bad address spoils the name: which one a connection gets is the name's owner's choice.
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
            throw new AddressRefusedException("the name cannot be found");
        }
        catch (ArgumentException)
        {
            throw new AddressRefusedException("the name cannot be looked up");
        }
    }
}
