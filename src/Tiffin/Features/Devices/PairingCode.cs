using System.Security.Cryptography;
using System.Text;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Devices;

/// <summary>
/// Codes that a person reads on one screen and types on another: 34 bits, such as <c>KX4F-9TMY</c>, as RFC 8628, 6.1
/// suggests. No vowels, so that no code is a word, and no characters that look alike.
/// </summary>
sealed class PairingCode(MasterKey masterKey)
{
    const string Alphabet = "CDFHJKMNPRTVWXY34679";
    const int GroupLength = 4;

    public static string New() =>
        $"{RandomNumberGenerator.GetString(Alphabet, GroupLength)}-"
        + RandomNumberGenerator.GetString(Alphabet, GroupLength);

    /// <summary>
    /// Ignores case and separators. Keyed: without a key, all codes could be hashed within minutes, and a copy of the
    /// database would reveal the open ones. The database compares hashes, so its timing reveals nothing about a code.
    /// </summary>
    public byte[] Hash(string code)
    {
        var typed = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return HMACSHA256.HashData(masterKey.Derive("device pairing"), Encoding.ASCII.GetBytes(typed));
    }
}
