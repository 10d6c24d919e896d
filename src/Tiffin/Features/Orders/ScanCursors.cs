using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Tiffin.Edge;

namespace Tiffin.Features.Orders;

/// <summary>
/// Cursors at the order where a scan stopped. That order may belong to another channel or courier, and its id reveals
/// its time and kitchen, so the id is encrypted with a key of the installation. A plain order id is a valid cursor too.
/// </summary>
sealed class ScanCursors(IDataProtectionProvider protection)
{
    const char EncryptedPrefix = '~';

    readonly IDataProtector protector = protection.CreateProtector("cursors");

    public string Encrypt(Guid id) => Query.EncodeCursor($"{EncryptedPrefix}{protector.Protect($"{id:N}")}");

    /// <summary>The order's id as text; null if the text is not a cursor.</summary>
    public string? Decrypt(string text)
    {
        if (text is not [EncryptedPrefix, .. var encrypted]) return Guid.TryParseExact(text, "N", out _) ? text : null;
        try
        {
            return protector.Unprotect(encrypted);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
