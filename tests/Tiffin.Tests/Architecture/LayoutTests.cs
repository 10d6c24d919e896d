using System.Text.RegularExpressions;

namespace Tiffin.Tests.Architecture;

/// <summary>Who may know whom. The layout is the architecture, and this table is its one statement.</summary>
public sealed partial class LayoutTests
{
    /// <summary>A folder of the deployable, and the folders that its files may name besides the domain.</summary>
    static readonly Dictionary<string, string[]> known = new()
    {
        ["Storage"] = ["Wire"],
        ["Wire"] = ["Storage"],
        ["Diagnostics"] = [],
        ["Access"] = ["Storage", "Diagnostics"],
        ["Commit"] = ["Storage", "Wire", "Diagnostics"],
        ["EventLog"] = ["Storage", "Diagnostics"],
        // A stream answers a request by itself, with the problems of Http.
        ["Tracking"] = ["EventLog", "Storage", "Wire", "Diagnostics", "Commit", "Access", "Http"],
        // They bring their own chores.
        ["Subscribers"] = ["EventLog", "Storage", "Wire", "Commit", "Access", "Diagnostics", "Upkeep"],
        ["Http"] = ["Commit", "Storage", "Wire", "Tracking", "EventLog", "Access", "Diagnostics", "Subscribers"],
        ["Upkeep"] = ["Commit", "Storage", "Access", "Diagnostics"],
        ["Verify"] = ["Storage", "Wire"],
        ["Cli"] = ["*"],
    };

    /// <summary>Parts of Http that features share.</summary>
    static readonly string[] shared = ["OpenApi"];

    static readonly string[] tables =
        [.. Repository.Sources("src/Tiffin/Storage").Select(Path.GetFileNameWithoutExtension).OfType<string>()
            .Where(name => name.EndsWith("Table"))];

    [Fact]
    public void Each_folder_knows_only_whom_it_may()
    {
        var trespasses =
            from file in Repository.Sources("src/Tiffin")
            let folder = Folder(file, 2)
            where folder is not null
            from other in Mentions(file)
            let target = other.Split('.')[0]
            where target != folder && target != "Domain"
            let allowed = known.GetValueOrDefault(folder) ?? []
            where !allowed.Contains("*") && !allowed.Contains(target)
            select $"{file} knows {target}";

        trespasses.ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_is_in_the_table()
    {
        var folders = Repository.Sources("src/Tiffin").Select(file => Folder(file, 2)).OfType<string>().Distinct();

        folders.Except(known.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void The_domain_knows_nothing()
    {
        var references = typeof(Tiffin.Domain.Command).Assembly.GetReferencedAssemblies().Select(name => name.Name!);

        references.Where(name => !name.StartsWith("System.") && name != "netstandard").ShouldBeEmpty();
        Repository.Sources("src/Tiffin.Domain").SelectMany(Mentions)
            .Where(name => name.Split('.')[0] != "Domain").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Http")]
    [InlineData("Subscribers")]
    public void Features_do_not_know_each_other(string folder)
    {
        var trespasses =
            from file in Repository.Sources("src/Tiffin").Where(file => file.StartsWith($"src/Tiffin/{folder}/"))
            let feature = Folder(file, 3)
            where feature is not null && !shared.Contains(feature)
            from other in Mentions(file)
            let steps = other.Split('.')
            where steps.Length > 1 && steps[0] == folder && steps[1] != feature && !shared.Contains(steps[1])
            select $"{file} knows {other}";

        trespasses.ShouldBeEmpty();
    }

    /// <summary>
    /// A feature reads in its Queries file alone, where a table's columns may be shared; it never writes.
    /// </summary>
    [Fact]
    public void Endpoints_never_name_a_table()
    {
        var trespasses =
            from file in Repository.Sources("src/Tiffin/Http")
            where !file.EndsWith("Queries.cs")
            from table in tables
            where Regex.IsMatch(Repository.Text(file), $@"\b{table}\b")
            select $"{file} names {table}";

        trespasses.ShouldBeEmpty();
    }

    [Fact]
    public void Queries_never_write()
    {
        var writes = Repository.Sources("src/Tiffin/Http").Where(file => file.EndsWith("Queries.cs"))
            .Where(file => Writing().IsMatch(Repository.Text(file)));

        writes.ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_knows_the_program()
    {
        Repository.Sources("src/Tiffin").Where(file => Regex.IsMatch(Repository.Text(file), @"\bProgram\."))
            .ShouldBeEmpty();
        Repository.Lines("src/Tiffin/Program.cs").Length.ShouldBeLessThanOrEqualTo(80);
    }

    [Fact]
    public void The_product_knows_nothing_of_the_development_host()
    {
        Repository.Sources("src/Tiffin").SelectMany(Mentions).Where(name => name.Split('.')[0] == "Dev")
            .ShouldBeEmpty();
    }

    /// <summary>The namespaces below Tiffin that a file names, in a using or in full: <c>Http.Orders</c>.</summary>
    static IEnumerable<string> Mentions(string file)
    {
        var text = string.Join('\n', Repository.Lines(file).Where(line => !line.StartsWith("namespace ")));
        return Using().Matches(text).Select(match => match.Groups[1].Value).Distinct();
    }

    static string? Folder(string file, int depth) =>
        file.Split('/') is { } steps && steps.Length > depth + 1 ? steps[depth] : null;

    [GeneratedRegex(@"\b(?:using (?:static )?|global::)Tiffin\.([A-Z]\w+(?:\.[A-Z]\w+)*)")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE)\b")]
    private static partial Regex Writing();
}
