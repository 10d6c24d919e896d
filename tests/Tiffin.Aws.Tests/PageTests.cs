using System.Globalization;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using static Tiffin.Aws.Tests.Template;

namespace Tiffin.Aws.Tests;

/// <summary>Compares docs/operate/aws.md with what is deployed.</summary>
public sealed class PageTests
{
    static readonly string page = Repository.Text("docs/operate/aws.md");

    /// <summary>The cost table: the name of each row, and its cells.</summary>
    static readonly Dictionary<string, string[]> costs = page.Split('\n')
        .SkipWhile(line => !line.StartsWith("| a month |")).TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
        .ToDictionary(cells => cells[0], cells => cells[1..]);

    [Fact]
    public void The_costs_add_up_and_are_called_estimates()
    {
        var rows = costs.Where(row => !row.Key.StartsWith('*') && row.Key is not ("a month" or "---")
            && !row.Key.StartsWith("for a thousand")).ToList();

        rows.Count.ShouldBe(9);
        for (var i = 0; i < Size.All.Count; i++)
        {
            var total = Number(costs["**total**"][i]);
            rows.Sum(row => Number(row.Value[i])).ShouldBe(total);
            Math.Round(total * 1000 / (Size.All[i].OrdersADay * 30m), 2)
                .ShouldBe(Number(costs["for a thousand orders"][i]));
        }
        page.ShouldContain("**Estimates.** On-demand list prices of us-east-1 as remembered in November 2026");
    }

    [Fact]
    public void The_columns_are_the_sizes_and_name_their_instance_types()
    {
        for (var i = 0; i < Size.All.Count; i++)
        {
            var size = Size.All[i];
            costs["a month"][i].Replace("10 million", "10,000,000").ShouldStartWith(
                string.Create(CultureInfo.InvariantCulture, $"{size.Name}: {size.OrdersADay:N0}"));
            costs["database, mirrored"][i].ShouldContain($"`{size.Database}`");
            costs["broker, three machines"][i].ShouldContain(size.Broker ?? "none");
            costs["NAT gateways"][i].ShouldStartWith($"{size.NatGateways} ");
            costs["nodes"][i].ShouldContain(
                string.Create(CultureInfo.InvariantCulture, $"× {size.NodeCpu / 1024m:0.##} CPU"));
        }
    }

    [Fact]
    public void The_commands_name_stacks_parameters_and_outputs_that_exist()
    {
        var outputs = Data().Outputs.ToList();
        var told = Regex.Matches(page, @"\$\(told (\w+)\)").Select(match => match.Groups[1].Value).Distinct().ToList();

        told.Count.ShouldBe(6);
        told.Except(outputs).ShouldBeEmpty();
        Regex.Matches(page, @"deploy Tiffin(Data|Service) (.*)$", RegexOptions.Multiline)
            .SelectMany(match => Regex.Matches(match.Groups[2].Value, @"(\w+)=").Select(
                parameter => (Stack: match.Groups[1].Value, Name: parameter.Groups[1].Value)))
            .Where(one => !Parameters(one.Stack).Contains(one.Name)).ShouldBeEmpty();
        Parameters("Service").ShouldBe(["Release", "Domain", "Certificate"], ignoreOrder: true);
    }

    static IEnumerable<string> Parameters(string stack) =>
        (stack == "Data" ? Data() : Service()).Parameters;

    /// <summary>The last word of a cell.</summary>
    static decimal Number(string cell) =>
        decimal.Parse(cell.Split(' ')[^1], NumberStyles.Number, CultureInfo.InvariantCulture);
}
