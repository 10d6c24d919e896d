using System.Globalization;

namespace Tiffin.Domain;

/// <summary>
/// Accepted e-mail addresses: a dot-string of RFC 5321 at a domain with a dot, with letters of any script (RFC 6531).
/// Rejects quoted local parts and comments: they are not in use, and each could smuggle in a second address.
/// </summary>
public static class EmailAddress
{
    /// <summary>
    /// Matches every accepted address and some others: regular expression engines differ in what a letter is.
    /// </summary>
    public const string Pattern = @"^[^@\s]{1,64}@[^@\s.]+([.][^@\s.]+)+$";

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

    // Many scripts write vowels as combining marks.
    static bool IsLetter(char c) => char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
