using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Docs;

/// <summary>A fenced block: what its fence says, and what it holds.</summary>
sealed record Fence(string Page, int Line, string Info, string Text)
{
    public string Place => $"{Page}:{Line}";
}

/// <summary>The pages that people read, and what is in them.</summary>
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

    /// <summary>What is no block.</summary>
    public static string Prose(string page) => Block().Replace(Repository.Text(page), "");

    /// <summary>What stands in backticks, on one line or over two.</summary>
    public static IEnumerable<string> Spans(string page) =>
        Span().Matches(Prose(page)).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    public static IEnumerable<string> Links(string page) =>
        Link().Matches(Span().Replace(Prose(page), "")).Select(match => match.Groups[1].Value);

    /// <summary>The names that headings can be linked by, as GitHub makes them.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Prose(page)).Select(match => NoLetter().Replace(
            match.Groups[1].Value.ToLowerInvariant().Trim(), "").Replace(' ', '-'));

    [GeneratedRegex("^```([^\n]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
