using System.Globalization;

namespace Tiffin.Domain;

/// <summary>
/// Addresses that can be written to: the dot-string of RFC 5321 at a domain with a dot, letters of any script allowed
/// (RFC 6531). No quoted local part and no comment: they are not in use, and each can smuggle in a second address.
/// </summary>
public static class EmailAddress
{
    const int LocalMax = 64;
    const int LabelMax = 63;

    public static bool IsValid(string text)
    {
        var at = text.LastIndexOf('@');
        return at is > 0 and <= LocalMax && text[..at].Split('.').All(part => part.Length > 0 && part.All(IsOfLocal))
            && text[(at + 1)..].Split('.') is { Length: > 1 } labels && labels.All(IsLabel);
    }

    static bool IsOfLocal(char c) => IsLetter(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c);

    static bool IsLabel(string label) => label.Length is > 0 and <= LabelMax && label[0] != '-' && label[^1] != '-'
        && label.All(c => IsLetter(c) || c == '-');

    /// <summary>Many scripts write vowels as marks upon letters.</summary>
    static bool IsLetter(char c) => char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
