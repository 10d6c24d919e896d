using System.Text.RegularExpressions;

namespace Tiffin.Tests.Architecture;

/// <summary>Checks the hard limits of the style, so that no review has to.</summary>
public sealed partial class TidyTests
{
    const int FileMax = 400;
    const int FunctionMax = 60;
    const int LineMax = 120;

    /// <summary>Folders with one file, and why.</summary>
    static readonly Dictionary<string, string> alone = new()
    {
        ["src/Tiffin.Dev/demo"] = "data, beside the code that reads it",
        ["tests/Tiffin.Tests/Dev/Run"] = "mirrors a folder of src",
        [".ci"] = "its place is given",
        ["eng"] = "its place is given",
        ["docs"] = "holds folders",
        ["src/Tiffin/Features/Screens"] = "a feature, whose files are in web",
        ["web/public"] = "Vite serves it as it is",
    };

    static readonly string[] bannedNames =
        ["Common", "Utils", "Util", "Helper", "Helpers", "Manager", "Impl", "Service", "Repository", "Mapper"];

    // Spelled so that this file does not contain them.
    static readonly string[] bannedWords =
    [
        "TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X",
        "/wo" + "rk/", "/ro" + "ot/", "nuget" + ".org", "npmjs" + ".com",
    ];

    static readonly string[] readable = [".cs", ".sql", ".md", ".json", ".props", ".csproj", ".sh", ".lua", ".ts", ""];
    static readonly string[] commented = [".tsx", ".mjs", ".css", ".yml", ".yaml", ".cfg", ".py"];

    static IEnumerable<string> Written => Files(readable);

    static IEnumerable<string> Files(string[] extensions) =>
        Repository.Files().Where(file => extensions.Contains(Path.GetExtension(file)));

    static IEnumerable<string> Code => Repository.Files().Where(file => file.EndsWith(".cs"));

    [Fact]
    public void No_file_is_too_long() =>
        Code.Where(file => Repository.Lines(file).Length > FileMax).ShouldBeEmpty();

    [Fact]
    public void No_line_is_too_long()
    {
        var long_ =
            from file in Repository.Files()
            where file.EndsWith(".cs")
            from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
            where line.Text.Length > LineMax
            select $"{file}:{line.Number}";

        long_.ShouldBeEmpty();
    }

    [Fact]
    public void No_function_is_too_long()
    {
        var long_ = Code.SelectMany(file => Functions(file).Where(f => f.Length > FunctionMax)
            .Select(f => $"{file}:{f.Start} has {f.Length} lines"));

        long_.ShouldBeEmpty();
    }

    /// <summary>Members of a type: what begins and ends with a brace in the column of the type's members.</summary>
    static IEnumerable<(int Start, int Length)> Functions(string file)
    {
        var lines = Repository.Lines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "    {" || IsType(lines, i)) continue;
            var end = Array.FindIndex(lines, i, line => line is "    }" or "    };");
            if (end > 0) yield return (i + 1, end - i - 1);
        }
    }

    static bool IsType(string[] lines, int brace)
    {
        var head = brace;
        while (head > 0 && lines[head - 1].Trim() is { Length: > 0 } above
            && above[^1] is not ('}' or ';' or '{')) head--;
        return lines[head..brace].Any(line => Type().IsMatch(line));
    }

    [Fact]
    public void Classes_are_sealed()
    {
        var open =
            from assembly in new[] { typeof(Tiffin.Server).Assembly, typeof(Tiffin.Domain.Command).Assembly }
            from type in assembly.GetTypes()
            where type is { IsClass: true, IsSealed: false, IsAbstract: false } && !type.Name.Contains('<')
            where type.Namespace?.StartsWith("Tiffin") == true
            select type.FullName;

        open.ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_domain_has_public_types() =>
        new[] { typeof(Tiffin.Server).Assembly, typeof(Tiffin.Dev.Postgres.DevPostgres).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes()).Select(type => type.FullName)
            // The SDK makes the class of the top-level statements public.
            .Where(name => name != "Program").ShouldBeEmpty();

    [Fact]
    public void No_folder_holds_a_single_file()
    {
        var single =
            from file in Repository.Files()
            let folder = Path.GetDirectoryName(file)!.Replace('\\', '/')
            where folder != "" && Directory.GetDirectories(Path.Combine(Repository.Root, folder)).Length == 0
            group file by folder into files
            where files.Count() == 1 && !alone.ContainsKey(files.Key)
            // A folder of tests mirrors one of src, which may have a single test file.
            where !files.Key.StartsWith("tests/")
            select files.Key;

        single.ShouldBeEmpty();
    }

    [Fact]
    public void No_file_has_a_vague_name()
    {
        var vague =
            from file in Repository.Files("src")
            let name = Path.GetFileNameWithoutExtension(file)
            where bannedNames.Any(banned => Words().Matches(name).Select(word => word.Value).LastOrDefault() == banned)
            select file;

        vague.ShouldBeEmpty();
    }

    [Fact]
    public void No_file_contains_a_banned_word()
    {
        var loose =
            from file in Written
            from word in bannedWords
            where Repository.Text(file).Contains(word, StringComparison.Ordinal)
            select $"{file} contains {word}";

        loose.ShouldBeEmpty();
    }

    /// <summary>Words of a translation that a native technical writer would not choose.</summary>
    [Fact]
    public void No_text_contains_translated_words()
    {
        var translated =
            from file in Written.Concat(Files(commented)).Concat(Repository.Files("eng"))
            from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
            from word in Translated().Matches(line.Text).Select(word => word.Value)
            select $"{file}:{line.Number} {word}";

        translated.Distinct().ShouldBeEmpty();
    }

    // Each has an empty group, so that this file does not contain it. Names join words by underscores.
    [GeneratedRegex(
        @"(?<![A-Za-z])(no()body|some()body|every()body|any()body|who()ever|what()ever|whom()ever|a()new|nou()ght"
        + @"|before()hand|so[ _]()many|stands[ _]()for|(is|are)[ _]()told|fail()-over|fail_()over"
        + @"|stands?()[ _](in[ _]the|still)|stood()[ _]still|lies()[ _]behind|time()[ _]to[ _]come"
        + @"|(comes?|came)()[ _]to[ _](its|an)[ _]end)(?![a-z])",
        RegexOptions.IgnoreCase)]
    private static partial Regex Translated();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\b")]
    private static partial Regex Type();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
