using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Tiffin.Domain;

namespace Tiffin.Tests.Architecture;

/// <summary>
/// The layout is the architecture: Domain ← Engine ← Edge ← Features ← Server and Cli. Dependencies are read from IL,
/// so that fully qualified names and inferred types count too.
/// </summary>
public sealed partial class LayoutTests
{
    /// <summary>A room, and the rooms that its types may use besides itself and the domain. No cycles.</summary>
    static readonly Dictionary<string, string[]> known = new()
    {
        ["Engine.Diagnostics"] = [],
        ["Engine.Hosting"] = [],
        ["Engine.Storage"] = ["Engine.Hosting"],
        ["Engine.Wire"] = ["Engine.Storage"],
        ["Engine.Verify"] = ["Engine.Storage"],
        ["Engine.EventLog"] = ["Engine.Diagnostics", "Engine.Hosting", "Engine.Storage"],
        ["Engine.Commit"] = ["Engine.Hosting", "Engine.Storage", "Engine.Wire"],
        ["Engine"] = ["Engine.*"],
        ["Edge.Access"] = ["Engine.*"],
        ["Edge"] = ["Engine.*", "Edge.Access"],
        ["Edge.OpenApi"] = ["Engine.*", "Edge", "Edge.Access"],
        ["Edge.Streaming"] = ["Engine.*", "Edge", "Edge.Access"],
        ["Features"] = ["Engine.*", "Edge.*", "Edge"],
        ["Cli"] = ["*"],
        ["Server"] = ["*"],
    };

    static readonly ArchUnitNET.Domain.Architecture house =
        new ArchLoader().LoadAssemblies(typeof(Server).Assembly, typeof(Command).Assembly).Build();

    [Fact]
    public void Each_room_uses_only_the_rooms_below_it()
    {
        var trespasses =
            from use in Uses()
            where use.From != use.To && use.To != "Domain"
            where !Allowed(use.From).Any(allowed => allowed == "*" || allowed == use.To
                || (allowed.EndsWith(".*") && use.To.StartsWith(allowed[..^1])))
            select $"{use.User} uses {use.Used}";

        trespasses.Distinct().Order().ShouldBeEmpty();
    }

    [Fact]
    public void No_two_rooms_use_each_other()
    {
        var uses = Uses().Select(use => (use.From, use.To)).Where(use => use.From != use.To).ToHashSet();

        uses.Where(use => uses.Contains((use.To, use.From))).Select(use => $"{use.From} and {use.To}").ShouldBeEmpty();
    }

    [Fact]
    public void A_feature_uses_no_other_feature()
    {
        var trespasses = Uses().Where(use => use.From.StartsWith("Features.") && use.To.StartsWith("Features.")
            && use.From != use.To).Select(use => $"{use.User} uses {use.Used}");

        trespasses.Distinct().Order().ShouldBeEmpty();
    }

    [Fact]
    public void The_domain_uses_only_the_framework()
    {
        var references = typeof(Command).Assembly.GetReferencedAssemblies().Select(name => name.Name!);

        references.Where(name => !name.StartsWith("System.") && name != "netstandard").ShouldBeEmpty();
    }

    [Fact]
    public void Every_feature_is_a_folder_and_a_line_of_the_server()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "src/Tiffin/Features"))
            .Select(Path.GetFileName).Order();

        Server.Features.Select(feature => feature.GetType().Name.Replace("Feature", "")).Order().ShouldBe(folders);
    }

    /// <summary>A feature reads only in its Queries files, where a table's columns may be shared.</summary>
    [Fact]
    public void Endpoints_never_contain_sql()
    {
        var trespasses = Repository.Sources("src/Tiffin/Features").Where(file => file.EndsWith("Endpoints.cs"))
            .Where(file => Sql().IsMatch(Repository.Text(file)));

        trespasses.ShouldBeEmpty();
    }

    [Fact]
    public void Queries_never_write()
    {
        var writes = Repository.Sources("src/Tiffin/Features").Where(file => file.EndsWith("Queries.cs"))
            .Where(file => Writing().IsMatch(Repository.Text(file)));

        writes.ShouldBeEmpty();
    }

    [Fact]
    public void The_program_is_a_table_of_contents()
    {
        Repository.Lines("src/Tiffin/Program.cs").Length.ShouldBeLessThanOrEqualTo(80);
        Repository.Lines("src/Tiffin/Server.cs").Length.ShouldBeLessThanOrEqualTo(80);
    }

    static IEnumerable<(string From, string To, string User, string Used)> Uses() =>
        from type in house.Types
        let room = Room(type)
        where room.Length > 0
        from dependency in type.Dependencies
        let target = Room(dependency.Target)
        where target.Length > 0 && dependency.Target is not GenericParameter
        select (room, target, type.FullName, dependency.Target.FullName);

    static string[] Allowed(string room) =>
        known.GetValueOrDefault(room) ?? known.GetValueOrDefault(room.Split('.')[0]) ?? [];

    /// <summary>
    /// <c>Engine.Commit</c>, <c>Features.Orders</c>, <c>Domain</c>; empty for types that are not Tiffin's or that are
    /// generated.
    /// </summary>
    static string Room(IType type)
    {
        var name = type.Namespace?.FullName ?? "";
        if (name == "Tiffin") return type.Name.StartsWith('<') ? "" : "Server";
        if (!name.StartsWith("Tiffin.")) return "";
        var steps = name.Split('.');
        return steps[1] is "Domain" or "Cli" || steps.Length == 2 ? steps[1] : $"{steps[1]}.{steps[2]}";
    }

    [GeneratedRegex(@"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE)\b")]
    private static partial Regex Writing();
}
