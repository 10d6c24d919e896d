using System.Text.Json;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Deploy;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>Links, paths, settings and diagrams of the pages are valid.</summary>
public sealed partial class PagesTests
{
    static readonly string[] folders =
        ["src/", "tests/", "web/", "docs/", "deploy/", "eng/", "samples/", "benchmarks/", ".ci/"];

    [Fact]
    public void Every_link_within_the_repository_leads_somewhere()
    {
        var links = Markdown.Pages.SelectMany(page => Markdown.Links(page).Select(link => (page, link)))
            .Where(one => !one.link.Contains("://") && !one.link.StartsWith("mailto:")).ToList();

        links.Count.ShouldBeGreaterThan(30);
        links.Where(one => !Leads(one.page, one.link)).ShouldBeEmpty();
        Leads("README.md", "docs/integrate/events.md#the-feed").ShouldBeTrue();
        Leads("README.md", "docs/integrate/events.md#the-food").ShouldBeFalse();
        Leads("docs/integrate/events.md", "nowhere.md").ShouldBeFalse();
    }

    static bool Leads(string page, string link)
    {
        var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? page
            : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, path));
        var full = Path.Combine(Repository.Root, target);
        return (File.Exists(full) || Directory.Exists(full))
            && (anchor is null || Markdown.Anchors(target).Contains(anchor));
    }

    [Fact]
    public void Every_path_of_the_repository_that_a_page_names_exists()
    {
        var named =
            from page in Markdown.Pages
            from span in Markdown.Spans(page)
            where folders.Any(folder => span.StartsWith(folder)) && RepositoryPath().IsMatch(span)
            select (page, span);

        named.Count().ShouldBeGreaterThan(10);
        named.Where(one => !Exists(one.span)).ShouldBeEmpty();
    }

    static bool Exists(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    /// <summary>Written as a path followed by the symbol: `src/….cs` (`Symbol`).</summary>
    [Fact]
    public void Every_symbol_that_a_page_names_behind_a_path_is_in_that_file()
    {
        var named =
            from page in Markdown.Pages
            from match in Symbol().Matches(Repository.Text(page))
            select (page, Path: match.Groups["path"].Value, Symbol: match.Groups["symbol"].Value);

        named.Count().ShouldBeGreaterThan(5);
        named.Where(one => !Repository.Text(one.Path).Contains(one.Symbol)).ShouldBeEmpty();
    }

    /// <summary>Written as a path followed by words of the test's name: `web/….ts` (*brings notes*).</summary>
    [Fact]
    public void Each_complaint_about_kitchen_displays_names_tests_that_are_in_their_files()
    {
        var rows = Complaint().Matches(Repository.Text("docs/screens.md")).Select(row => row.Value).ToList();
        rows.Count.ShouldBeGreaterThan(10);

        foreach (var row in rows)
        {
            var shown = ShownBy().Matches(row)
                .Select(one => (Path: one.Groups["path"].Value, Name: one.Groups["name"].Value)).ToList();
            shown.ShouldNotBeEmpty(row);
            shown.Where(one => !Plain(Repository.Text(one.Path)).Contains(Plain(one.Name))).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Each_term_of_the_glossary_is_in_the_file_that_it_names()
    {
        var rows = Term().Matches(Repository.Text("docs/glossary.md"))
            .Select(row => (Term: row.Groups["term"].Value, Path: row.Groups["path"].Value)).ToList();

        rows.Count.ShouldBeGreaterThan(80);
        rows.Select(row => row.Term).ShouldBeUnique();
        rows.Where(row => row.Term.Split(", ").Any(term => !Plain(Repository.Text(row.Path)).Contains(Plain(term))))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_that_a_page_names_is_read()
    {
        var named =
            from page in Markdown.Pages
            from match in Variable().Matches(Repository.Text(page))
            select (Page: page, Name: match.Value);

        named.Count().ShouldBeGreaterThan(100);
        named.Where(one => !IsRead(one.Page, one.Name)).ShouldBeEmpty();
        IsRead("README.md", "Commit__QueueMin").ShouldBeFalse();
        IsRead("README.md", "TIFFIN_" + "COLOUR").ShouldBeFalse();
    }

    /// <summary>The page of one section may omit its name, and an ellipsis may end a family.</summary>
    static bool IsRead(string page, string name)
    {
        if (name.EndsWith('…'))
            return Setting.All.Any(setting => setting.Key.Replace(":", "__").StartsWith(name[..^1]))
                || Setting.IsRead(name[..^1] + "X");
        if (name.StartsWith("TIFFIN_", StringComparison.Ordinal)) return sources.Value.Contains(name);
        var full = name.Split('{')[0];
        if (full.EndsWith('_')) full += "x";
        return Setting.IsRead(full)
            || (page == "docs/integrate/notifications.md" && Setting.IsRead($"Notifications__{full}"));
    }

    static readonly Lazy<string> sources = new(() => string.Concat(
        Repository.Files().Where(file => file.EndsWith(".cs") || file.StartsWith("eng/")).Select(Repository.Text)));

    [Fact]
    public async Task Every_diagram_is_valid()
    {
        var diagrams = Markdown.Pages.SelectMany(Markdown.Fences).Where(fence => fence.Info == "mermaid")
            .ToDictionary(fence => fence.Place, fence => fence.Text);
        diagrams.Count.ShouldBeGreaterThan(8);

        diagrams["an invalid one"] = "flowchart LR\n a -->";

        (await Interop.Run("mermaid.mjs", JsonSerializer.Serialize(diagrams))).ShouldHaveSingleItem()
            .ShouldStartWith("an invalid one: ");
    }

    [GeneratedRegex(@"`(?<path>src/[\w./]+\.cs)` \(`(?<symbol>[^`]+)`\)")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"^\| (?<term>[^|]+) \| .+ \| `(?<path>[^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex Term();

    static string Plain(string text) => Separators().Replace(text, "").ToLowerInvariant();

    [GeneratedRegex(@"(?<=^\| complaint .+\n\|-.+\n(?:\|.+\n)*)\|.+$", RegexOptions.Multiline)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"`(?<path>(?:tests|web)/[\w./-]+)` \(\*(?<name>[^*]+)\*\)")]
    private static partial Regex ShownBy();

    // Words may be joined, as in a name, or on two lines of a comment.
    [GeneratedRegex(@"[\s/_-]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^[\w.\-/]+$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\b(?:[A-Z][A-Za-z]+(?:__[A-Za-z{}…]+)+|(?:OTEL|ASPNETCORE|DOTNET|TIFFIN)_[A-Z_]+)")]
    private static partial Regex Variable();
}
