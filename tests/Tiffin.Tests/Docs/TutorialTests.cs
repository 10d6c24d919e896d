using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Docs;

/// <summary>The code in the tutorials is that of the project; TIFFIN_UPDATE_DOCS=1 copies it again.</summary>
public sealed partial class TutorialTests
{
    static readonly string[] pages = [.. Repository.Files("docs/tutorials").Where(page => page.EndsWith(".md"))];

    [Fact]
    public void Each_excerpt_is_the_code_that_it_names()
    {
        pages.Length.ShouldBeGreaterThan(1);
        foreach (var page in pages)
        {
            var text = Repository.Text(page);
            Marker().Count(text).ShouldBeGreaterThan(3);
            var current = Marker().Replace(text, match => match.Groups[1].Value
                + Excerpt(match.Groups[2].Value, match.Groups[3].Value) + "```");
            if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
                File.WriteAllText(Path.Combine(Repository.Root, page), current);
            else
                text.ShouldBe(current);
        }
    }

    [Fact]
    public void All_code_of_a_tutorial_is_an_excerpt() => pages
        .Where(page => Markdown.Fences(page).Count(fence => fence.Info is "csharp" or "json")
            != Marker().Count(Repository.Text(page)))
        .ShouldBeEmpty();

    [Fact]
    public void The_table_of_the_command_lists_the_files_that_name_it()
    {
        string[] names =
            ["ChangePromise", "changePromise", "PromiseChanged", "PromiseMovedTooOften", "PromiseRequest"];
        var listed = Step().Matches(Repository.Text("docs/tutorials/add-a-command.md"))
            .Select(step => step.Groups[1].Value).ToArray();

        listed.Order().ShouldBe(Repository.Files("src")
            .Where(file => file.EndsWith(".cs") || file.EndsWith(".json"))
            .Where(file => names.Any(Repository.Text(file).Contains)).Order());
        listed.Length.ShouldBeLessThanOrEqualTo(8);
    }

    /// <summary>The statement or member that begins in the line with this text, moved to the left margin.</summary>
    static string Excerpt(string file, string beginning)
    {
        var lines = Repository.Lines(file);
        var from = Array.FindIndex(lines, line => line.Contains(beginning));
        from.ShouldBeGreaterThanOrEqualTo(0, $"{file} has no line with '{beginning}'");
        var indent = Indent(lines[from]);
        var to = from + 1;
        while (to < lines.Length && (lines[to].Length == 0 || Indent(lines[to]) > indent || lines[to].Trim() == "{"))
            to++;
        if (to < lines.Length && Indent(lines[to]) == indent && lines[to].Trim().StartsWith('}')) to++;
        return string.Join('\n', lines[from..to].Select(line => line[Math.Min(indent, line.Length)..]))
            .TrimEnd() + "\n";
    }

    static int Indent(string line) => line.Length - line.TrimStart().Length;

    [GeneratedRegex("(<!-- excerpt: ([^ ]+) (.+?) -->\n\n```[a-z]+\n).*?```", RegexOptions.Singleline)]
    private static partial Regex Marker();

    [GeneratedRegex("^\\| \\d\\. [^|]+ \\| `([^`]+)` \\|$", RegexOptions.Multiline)]
    private static partial Regex Step();
}
