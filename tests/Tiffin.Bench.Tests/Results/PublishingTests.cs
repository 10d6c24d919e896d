using System.Xml.Linq;
using Tiffin.Bench.Results;

namespace Tiffin.Bench.Tests.Results;

public sealed class PublishingTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("tiffin-bench-test").FullName;

    readonly ResultSet results = new(
        new DateTimeOffset(2026, 11, 26, 12, 34, 0, TimeSpan.Zero),
        new Machine("A processor", 2, 24, "Linux", ".NET 10", "15.18", new Dictionary<string, string>
        {
            ["fsync"] = "on",
        }))
    {
        Measurements =
        {
            new("place")
            {
                PerSecond = 10_000, Latency = new(1, 2, 3, 4, 5), ServerCpu = 0.06, PostgresCpu = 0.05,
                Errors = new Dictionary<string, long> { ["503"] = 7 },
            },
            new("steady-500") { PerSecond = 500, Latency = new(1, 2, 3, 4, 5) },
            new("nodes-1") { PerSecond = 9_000 },
        },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_result_file_reads_back_as_written()
    {
        var file = Path.Combine(folder, "results", ResultFile.NameOf(results.Started));

        ResultFile.Write(file, results);

        Path.GetFileName(file).ShouldBe("2026-11-26T1234.json");
        var read = ResultFile.Read(file);
        read.Machine.Settings["fsync"].ShouldBe("on");
        read.Measurements[0].Latency.ShouldBe(results.Measurements[0].Latency);
        read.Measurements[0].Errors["503"].ShouldBe(7);
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldHaveSingleItem();
    }

    [Fact]
    public void Hand_written_text_is_kept()
    {
        var page = "# By hand\n<!-- figures: written by the bench -->\nold\n<!-- end of figures -->\nmore by hand\n";

        var once = Page.Fill(page, results);

        once.ShouldStartWith("# By hand\n");
        once.ShouldEndWith("<!-- end of figures -->\nmore by hand\n");
        once.ShouldNotContain("old\n");
        once.ShouldContain("| `place` | 1 | 10000 | 1 | 2 | 3 | 4 | 5 | 503: 7 | 0.06 | 0.05 |");
        once.ShouldContain("864 million orders a day");
        Page.Fill(once, results).ShouldBe(once);
    }

    [Fact]
    public void A_page_without_markers_for_the_figures_is_rejected() =>
        Should.Throw<InvalidDataException>(() => Page.Fill("# By hand\n", results));

    [Fact]
    public void The_documentation_has_the_markers()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!root.EnumerateFiles("Tiffin.slnx").Any()) root = root.Parent!;

        Page.Fill(File.ReadAllText(Path.Combine(root.FullName, "docs/performance/README.md")), results)
            .ShouldContain("`fsync = on`");
    }

    [Fact]
    public void Charts_are_svg_and_show_the_figures()
    {
        Charts.Write(results.Measurements, folder);

        foreach (var name in Charts.Names)
        {
            var picture = XDocument.Load(Path.Combine(folder, name + ".svg"));
            picture.Root!.Name.LocalName.ShouldBe("svg");
        }
        File.ReadAllText(Path.Combine(folder, "throughput.svg")).ShouldContain("10,000");
    }

    [Fact]
    public void A_chart_without_new_measurements_is_kept()
    {
        var file = Path.Combine(folder, "nodes.svg");
        File.WriteAllText(file, "earlier");

        Charts.Write([new("place") { PerSecond = 1 }], folder);

        File.ReadAllText(file).ShouldBe("earlier");
    }
}
