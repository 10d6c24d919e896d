using System.Text.RegularExpressions;
using Tiffin.Edge.OpenApi;
using Tiffin.Tests.Architecture;

namespace Tiffin.Tests.Http.OpenApi;

public sealed partial class FaultCodeTests
{
    [Fact]
    public void The_table_holds_each_code_that_the_source_gives_to_a_fault_and_no_other()
    {
        var given =
            from file in Repository.Files("src")
            where file.EndsWith(".cs") && !file.Contains("/Cli/") && !file.EndsWith("/ChainFile.cs")
            from match in Code().Matches(Repository.Text(file))
            select match.Groups[1].Value;

        given.Distinct().ShouldBe(FaultCodes.Meanings.Keys, ignoreOrder: true);
    }

    /// <summary>A pointer, which is a literal, a name or a call, followed by the code.</summary>
    [GeneratedRegex("""
        (?:faults\.Add|Refuse|Fault|Invalid|[^.\w]Add)\(\s*(?:\$?"[^"]*"|[\w.]+(?:\([^)]*\))?),\s*"([a-z_]+)",
        """)]
    private static partial Regex Code();
}
