using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tiffin.Features.Tracking;

/// <summary>
/// HTML as an interpolated string whose values are encoded unless they are HTML themselves: a name cannot become an
/// element.
/// </summary>
[InterpolatedStringHandler]
readonly struct Html(int literalLength, int formattedCount)
{
    public static readonly Html None = $"";

    readonly StringBuilder text = new(literalLength + 16 * formattedCount);

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(string? value) => text.Append(WebUtility.HtmlEncode(value));

    public void AppendFormatted(int value) => text.Append(value);

    public void AppendFormatted(Html value) => text.Append(value.text);

    public void AppendFormatted(IEnumerable<Html> values)
    {
        foreach (var value in values) AppendFormatted(value);
    }

    public override string ToString() => text.ToString();
}
