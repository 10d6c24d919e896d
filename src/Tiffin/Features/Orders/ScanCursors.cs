using System.Buffers.Text;
using System.Security.Cryptography;
using Tiffin.Edge;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Orders;

/// <summary>
/// Cursors at the order where a scan stopped. That order may belong to another channel or courier, and its id reveals
/// its time and kitchen, so it is encrypted (AES-256-GCM) with a key of the installation. A plain order id is also a
/// valid cursor.
/// </summary>
sealed class ScanCursors(InstallationKey installation)
{
    const char EncryptedPrefix = '~';
    const int NonceLength = 12;
    const int TagLength = 16;
    const int Length = NonceLength + TagLength + 16;

    byte[] Key => field ??= installation.Derive("cursors");

    public string Encrypt(Guid id)
    {
        var bytes = new byte[Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var aes = new AesGcm(Key, TagLength);
        aes.Encrypt(bytes.AsSpan(0, NonceLength), id.ToByteArray(), bytes.AsSpan(NonceLength + TagLength),
            bytes.AsSpan(NonceLength, TagLength));
        return Query.CursorAt($"{EncryptedPrefix}{Base64Url.EncodeToString(bytes)}");
    }

    /// <summary>The order's id as text; null if the text is not a cursor.</summary>
    public string? Decrypt(string text)
    {
        if (text is not [EncryptedPrefix, .. var encrypted]) return Guid.TryParseExact(text, "N", out _) ? text : null;
        if (!Base64Url.IsValid(encrypted, out var length) || length != Length) return null;
        var bytes = Base64Url.DecodeFromChars(encrypted);
        var id = new byte[16];
        using var aes = new AesGcm(Key, TagLength);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength + TagLength),
                bytes.AsSpan(NonceLength, TagLength), id);
            return $"{new Guid(id):N}";
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
