using System.Security.Cryptography;
using System.Text;

namespace Tiffin.Edge.Access;

/// <summary>
/// <c>tk_&lt;prefix&gt;_&lt;secret&gt;</c>: the prefix names the key in lists and logs, the secret is 256 random bits.
/// </summary>
static class ApiKey
{
    public const string Start = "tk_";
    const int PrefixBytes = 6;
    const int SecretBytes = 32;
    const int PrefixLength = 2 * PrefixBytes;
    const int Length = 3 + PrefixLength + 1 + 2 * SecretBytes;

    /// <summary>Generates a key. Only its hash is stored.</summary>
    public static string New() =>
        $"{Start}{RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true)}_"
        + RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true);

    /// <summary>The public part of a key; null if the text is not a key.</summary>
    public static string? Prefix(string key) =>
        key.Length == Length && Ascii.IsValid(key)
            && key.StartsWith(Start, StringComparison.Ordinal) && key[3 + PrefixLength] == '_'
            ? key.Substring(3, PrefixLength)
            : null;

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(string key, ReadOnlySpan<byte> hash)
    {
        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> bytes = stackalloc byte[Length];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], computed);
        return CryptographicOperations.FixedTimeEquals(computed, hash);
    }
}
