using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Deploy;

/// <summary>The reference of docs/operations.md, made of the options classes; TIFFIN_UPDATE_DOCS=1 writes it.</summary>
public sealed partial class ConfigurationReferenceTests
{
    const string Page = "docs/operations.md";
    const string Begin = "<!-- settings: written by ConfigurationReferenceTests -->\n";
    const string End = "<!-- end of settings -->\n";

    [Fact]
    public void The_reference_says_what_the_options_classes_say()
    {
        var text = Repository.Text(Page);
        var (from, to) = (text.IndexOf(Begin) + Begin.Length, text.IndexOf(End));
        var table = "| variable | default | |\n|---|---|---|\n" + string.Concat(Setting.All.Select(Row));
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
            File.WriteAllText(Path.Combine(Repository.Root, Page), text = text[..from] + table + text[to..]);
        else
            text[from..to].ShouldBe(table);
    }

    static string Row(Setting setting) =>
        $"| `{setting.Key.Replace(":", "__")}` | {Default(setting)} | {Summary(setting)} |\n";

    static string Default(Setting setting)
    {
        var value = setting.Property.GetValue(Activator.CreateInstance(setting.Options));
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
        var file = Repository.Sources("src/Tiffin").Single(
            source => Regex.IsMatch(Repository.Text(source), $@"public sealed class {setting.Options.Name}\b(?!\()"));
        var lines = Repository.Lines(file);
        var type = Array.FindIndex(lines, line => line.Contains($"class {setting.Options.Name}"));
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
