using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Deploy;

/// <summary>
/// The settings in docs/operate/configuration.md, from the options classes; TIFFIN_UPDATE_DOCS=1 writes them.
/// </summary>
public sealed partial class ConfigurationReferenceTests
{
    const string Page = "docs/operate/configuration.md";
    const string Begin = "<!-- settings: written by ConfigurationReferenceTests -->\n";
    const string End = "<!-- end of settings -->\n";

    [Fact]
    public void The_reference_says_what_the_options_classes_say()
    {
        var text = Repository.Text(Page);
        var (from, to) = (text.IndexOf(Begin) + Begin.Length, text.IndexOf(End));
        var table = string.Concat(Setting.All.GroupBy(setting => setting.Key.Split(':')[0]).Select(Section));
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
            File.WriteAllText(Path.Combine(Repository.Root, Page), text = text[..from] + table + text[to..]);
        else
            text[from..to].ShouldBe(table);
    }

    static string Section(IGrouping<string, Setting> section) =>
        $"\n### {section.Key}\n\n| variable | default | meaning |\n|---|---|---|\n{string.Concat(section.Select(Row))}";

    static string Row(Setting setting) =>
        $"| `{setting.Key.Replace(":", "__")}` | {Default(setting)} | {Summary(setting)} |\n";

    static string Default(Setting setting)
    {
        var value = setting.Property.GetValue(setting.Options);
        var text = value switch
        {
            null => "",
            string word => word,
            IEnumerable list => string.Join(", ", list.Cast<object>().Select(item => $"{item}")),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };
        return text.Length > 0 ? $"`{text}`" : "";
    }

    /// <summary>The comment above the property, in its class.</summary>
    static string Summary(Setting setting)
    {
        var name = setting.Options.GetType().Name;
        var file = Repository.Sources("src/Tiffin").Single(
            source => Regex.IsMatch(Repository.Text(source), $@"^sealed class {name}\b(?!\()", RegexOptions.Multiline));
        var lines = Repository.Lines(file);
        var type = Array.FindIndex(lines, line => line.Contains($"class {name}"));
        var at = Array.FindIndex(lines, type, line =>
            Regex.IsMatch(line, $@"^    public .* {setting.Property.Name} {{"));
        var comment = lines[..at].Reverse().TakeWhile(line => line.StartsWith("    ///")).Reverse()
            .Select(line => line.Trim()[3..].Trim());
        return Tag().Replace(Code().Replace(string.Join(' ', comment), "`$1`"), "").Replace("|", "\\|").Trim();
    }

    [GeneratedRegex("<c>(.*?)</c>|<see cref=\"(.*?)\"/>")]
    private static partial Regex Code();

    [GeneratedRegex("</?summary>")]
    private static partial Regex Tag();
}
