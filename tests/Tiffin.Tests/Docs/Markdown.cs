using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Docs;

/// <summary>A fenced block: its info string and its text.</summary>
sealed record Fence(string Page, int Line, string Info, string Text)
{
    public string Place => $"{Page}:{Line}";
}

/// <summary>The Markdown pages of the repository and their parts.</summary>
static partial class Markdown
{
    public static IReadOnlyList<string> Pages { get; } =
        [.. Repository.Files().Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    public static IEnumerable<Fence> Fences(string page)
    {
        var text = Repository.Text(page);
        return Block().Matches(text).Select(match => new Fence(
            page, text[..match.Index].Count(c => c == '\n') + 1, match.Groups[1].Value.Trim(), match.Groups[2].Value));
    }

    public static string Prose(string page) => Block().Replace(Repository.Text(page), "");

    /// <summary>Inline code, on one line or over two.</summary>
    public static IEnumerable<string> Spans(string page) =>
        Span().Matches(Prose(page)).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    public static IEnumerable<string> Links(string page) =>
        Link().Matches(Span().Replace(Prose(page), "")).Select(match => match.Groups[1].Value);

    /// <summary>The anchors of headings, as GitHub derives them.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Prose(page)).Select(match => NoLetter().Replace(
            match.Groups[1].Value.ToLowerInvariant().Trim(), "").Replace(' ', '-'));

    [GeneratedRegex("^```([^\n]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"(?:\]\(|\bsrc(?:set)?="")([^)\s""]+)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
