using System.Text;
using static System.Globalization.UnicodeCategory;

namespace Tiffin.Features.Orders;

/// <summary>The kitchen board, in the section <c>Board</c>.</summary>
sealed class BoardOptions
{
    const int LettersMin = 2, LettersMax = 40;

    /// <summary>
    /// Words in customers' notes that the board shows in red, in addition to those of common allergies, such as
    /// <c>kosher</c>; <c>*</c> at the end matches any ending.
    /// </summary>
    public string[] AllergyWords { get; set; } = [];

    public bool IsValid() => AllergyWords.All(IsWord);

    static bool IsWord(string text)
    {
        var word = text.EndsWith('*') ? text[..^1] : text;
        return word.Length is >= LettersMin and <= LettersMax && word.EnumerateRunes().All(
            rune => Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is NonSpacingMark or SpacingCombiningMark);
    }
}
