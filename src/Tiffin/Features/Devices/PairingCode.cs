using System.Security.Cryptography;
using System.Text;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Devices;

/// <summary>
/// Codes that a person reads on one screen and types on another: 34 bits, such as <c>KX4F-9TMY</c>, as RFC 8628, 6.1
/// suggests. Neither vowels, so that no code is a word, nor characters that look like another one.
/// </summary>
sealed class PairingCode(InstallationKey installation)
{
    const string Alphabet = "CDFHJKMNPRTVWXY34679";
    const int GroupLength = 4;

    public static string New() =>
        $"{RandomNumberGenerator.GetString(Alphabet, GroupLength)}-"
        + RandomNumberGenerator.GetString(Alphabet, GroupLength);

    /// <summary>
    /// Neither case nor separators matter. Keyed: all codes could be hashed within minutes, and a copy of the database
    /// would show those that are open. The database compares hashes, so its timing reveals nothing of a code.
    /// </summary>
    public byte[] Hash(string code)
    {
        var typed = string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return HMACSHA256.HashData(installation.Derive("device pairing"), Encoding.ASCII.GetBytes(typed));
    }
}
