using System.CommandLine;
using System.Text.RegularExpressions;
using Tiffin.Cli;
using Tiffin.Dev.Run;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Docs;

/// <summary>
/// Command lines of the pages. ReadmeTests runs the README's tour. Elsewhere each line of Tiffin's programs must parse;
/// blocks with other programs are marked as examples.
/// </summary>
public sealed partial class CommandLineTests
{
    /// <summary>The languages of blocks: each is checked by a test, or never run.</summary>
    static readonly string[] languages =
        ["sh", "sh example", "mermaid", "http", "csharp", "ts", "python", "js", "json", "text"];

    static readonly RootCommand tiffin = Tiffin();

    static readonly Command run = new RunCommand(
        (_, _) => throw new NotSupportedException(), TextWriter.Null, TextWriter.Null, TimeProvider.System).Build();

    static readonly string[] heading = ["Two commands", "Five minutes with curl"];

    static RootCommand Tiffin()
    {
        var root = new RootCommand("tiffin");
        foreach (var command in CommandLine.Commands) root.Add(command);
        return root;
    }

    [Fact]
    public void Blocks_say_what_language_they_are_in() =>
        Markdown.Pages.SelectMany(Markdown.Fences).Where(fence => !languages.Contains(fence.Info))
            .Select(fence => $"{fence.Place} {fence.Info}").ShouldBeEmpty();

    [Fact]
    public void A_block_of_commands_is_run_by_a_test_is_ours_or_is_marked_as_an_example()
    {
        var unknown =
            from fence in Markdown.Pages.SelectMany(Markdown.Fences)
            where fence.Info == "sh" && !IsTour(fence)
            from line in fence.Text.Split('\n')
            let command = Comment().Replace(line, "").Trim()
            where command.Length > 0 && Misunderstood(command) is not null
            select $"{fence.Place} {command}: {Misunderstood(command)}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Each_command_of_Tiffin_that_a_page_names_can_be_parsed()
    {
        var named =
            from page in Markdown.Pages
            from text in Markdown.Spans(page).Concat(Markdown.Fences(page)
                .Where(fence => fence.Info.StartsWith("sh")).SelectMany(fence => fence.Text.Split('\n')))
            let command = Comment().Replace(text, "").Trim()
            where Ours().IsMatch(command)
            select (page, command);

        named.Count().ShouldBeGreaterThan(25);
        named.Where(one => Misunderstood(one.command) is not null)
            .Select(one => $"{one.page} {one.command}: {Misunderstood(one.command)}").ShouldBeEmpty();
        Misunderstood("tiffin migrate --quickly").ShouldNotBeNull();
        Misunderstood("./run --simulated 60").ShouldNotBeNull();
        Misunderstood("./test --everything").ShouldNotBeNull();
        Misunderstood("rm -rf something").ShouldNotBeNull();
    }

    /// <summary>The error of the program's parser, null if it accepts the command line.</summary>
    static string? Misunderstood(string command)
    {
        // Placeholders that the reader replaces.
        var words = Placeholder().Replace(command, "1").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] rest = [.. words[1..]];
        return words[0] switch
        {
            // Only the program's name, or its help.
            _ when rest is [] or ["--help"] && Ours().IsMatch(command) => null,
            "./run" => Errors(run, rest),
            "tiffin" => Errors(tiffin, rest),
            "./test" or "./bench" => rest.Where(word => word.StartsWith("--") && !Knows(words[0], word))
                .FirstOrDefault(),
            _ => "no program of ours",
        };
    }

    static string? Errors(Command command, string[] words) =>
        command.Parse(words).Errors.Select(error => error.Message).FirstOrDefault();

    static bool Knows(string script, string option) =>
        Repository.Text(script[2..]).Contains($"== {option} ")
        || (script == "./bench" && Repository.Text("benchmarks/Tiffin.Bench/Program.cs").Contains($"\"{option}\""));

    static bool IsTour(Fence fence)
    {
        if (fence.Page != "README.md") return false;
        var before = string.Join('\n', Repository.Lines("README.md")[..fence.Line]);
        return heading.Contains(before[(before.LastIndexOf("\n## ", StringComparison.Ordinal) + 4)..].Split('\n')[0]);
    }

    [GeneratedRegex(@"(?<=\S)\s+# .*$|^# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:\./(?:run|test|bench)|tiffin)(?: |$)")]
    private static partial Regex Ours();

    [GeneratedRegex(@"\{[^}]+\}|\b(?:FILE|NAME|PATH|N)\b")]
    private static partial Regex Placeholder();
}
