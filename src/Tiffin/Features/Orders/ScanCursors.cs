using System.Buffers.Text;
using System.Security.Cryptography;
using Tiffin.Edge;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Orders;

/// <summary>
/// Cursors at the order where a scan stopped. It may be another channel's or courier's order, whose id tells its time
/// and kitchen, so it is encrypted (AES-256-GCM) for the installation. A plain order id is a cursor too.
/// </summary>
sealed class ScanCursors(InstallationKey installation)
{
    const char Sealed = '~';
    const int NonceLength = 12;
    const int TagLength = 16;
    const int Length = NonceLength + TagLength + 16;

    byte[]? key;

    /// <summary>Before the first of the others.</summary>
    public async ValueTask Ready(CancellationToken cancel) => key ??= await installation.Derive("cursors", cancel);

    public string Close(Guid id)
    {
        var closed = new byte[Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key!, TagLength);
        aes.Encrypt(closed.AsSpan(0, NonceLength), id.ToByteArray(), closed.AsSpan(NonceLength + TagLength),
            closed.AsSpan(NonceLength, TagLength));
        return Query.CursorAt($"{Sealed}{Base64Url.EncodeToString(closed)}");
    }

    /// <summary>The order's id as text; null for what is no cursor.</summary>
    public string? Open(string text)
    {
        if (text is not [Sealed, .. var sealedPart]) return Guid.TryParseExact(text, "N", out _) ? text : null;
        if (!Base64Url.IsValid(sealedPart, out var length) || length != Length) return null;
        var closed = Base64Url.DecodeFromChars(sealedPart);
        var id = new byte[16];
        using var aes = new AesGcm(key!, TagLength);
        try
        {
            aes.Decrypt(closed.AsSpan(0, NonceLength), closed.AsSpan(NonceLength + TagLength),
                closed.AsSpan(NonceLength, TagLength), id);
            return $"{new Guid(id):N}";
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
