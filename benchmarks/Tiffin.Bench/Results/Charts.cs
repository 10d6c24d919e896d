using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Tiffin.Bench.Results;

/// <summary>Writes the charts whose scenarios were measured; others stay unchanged.</summary>
static class Charts
{
    const int Width = 760;
    static readonly OxyColor first = OxyColor.FromRgb(0x1f, 0x6f, 0xb4);
    static readonly OxyColor second = OxyColor.FromRgb(0xe0, 0x8a, 0x1e);
    static readonly OxyColor third = OxyColor.FromRgb(0x8a, 0x8a, 0x8a);

    static readonly string[] saturated =
        ["place", "place-64", "place-single", "place-asked", "place-open", "batch-limit", "echo"];

    static readonly (string Name, Func<Medians, PlotModel?> Draw)[] all =
        [("throughput", Throughput), ("cpu", Cpu), ("steady", Steady), ("nodes", Nodes)];

    public static IEnumerable<string> Names => all.Select(chart => chart.Name);

    public static void Write(IReadOnlyList<Measurement> runs, string folder)
    {
        var medians = new Medians(runs);
        foreach (var (name, draw) in all)
            if (draw(medians) is { } model) File.WriteAllText(Path.Combine(folder, name + ".svg"), Svg(model));
    }

    static string Svg(PlotModel model) => new SvgExporter { Width = Width, Height = 340 }.ExportToString(model);

    static PlotModel? Throughput(Medians medians) => Bars(medians,
        "Requests per second (durable, median)", saturated,
        ("answered", first, medians.PerSecond));

    static PlotModel? Cpu(Medians medians) => Bars(medians,
        "CPU per request, µs", saturated,
        ("server", first, name => Microseconds(medians.Of(name, run => run.ServerCpu))),
        ("PostgreSQL", second, name => Microseconds(medians.Of(name, run => run.PostgresCpu))));

    static PlotModel? Nodes(Medians medians) => Bars(medians,
        "Orders per second with one, two and three nodes on one database", ["nodes-1", "nodes-2", "nodes-3"],
        ("in total", first, medians.PerSecond));

    static PlotModel? Steady(Medians medians)
    {
        int[] rates = [500, 1_000, 2_000, 4_000];
        var model = Model("Latency of mixed open-loop requests, ms");
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = "requests a second", Base = 2,
            Minimum = 450, Maximum = 4_500 });
        model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Left, MajorGridlineStyle = LineStyle.Dot });
        foreach (var (title, color, figure) in new (string, OxyColor, Func<Latencies, double>)[]
        {
            ("p50", first, l => l.P50), ("p99", second, l => l.P99), ("p99.9", third, l => l.P999),
        })
        {
            var line = new LineSeries { Title = title, Color = color, MarkerType = MarkerType.Circle,
                MarkerFill = color };
            foreach (var rate in rates)
                if (medians.Of($"steady-{rate}", run => run.Latency is { } l ? figure(l) : null) is { } value)
                    line.Points.Add(new DataPoint(rate, value));
            model.Series.Add(line);
        }
        return model.Series.OfType<LineSeries>().All(line => line.Points.Count == 0) ? null : model;
    }

    // Horizontal bars, stacked if there are several series.
    static PlotModel? Bars(
        Medians medians, string title, string[] names,
        params (string Title, OxyColor Color, Func<string, double?> Value)[] parts)
    {
        var known = names.Where(medians.Names.Contains).Reverse().ToArray();
        if (known.Length == 0) return null;
        var model = Model(title);
        // Labels are measured with a different font from the one they are drawn with.
        model.PlotMargins = new OxyThickness(110, double.NaN, double.NaN, double.NaN);
        var categories = new CategoryAxis { Position = AxisPosition.Left, GapWidth = 0.4 };
        categories.Labels.AddRange(known);
        model.Axes.Add(categories);
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0, StringFormat = "#,0",
            MajorGridlineStyle = LineStyle.Dot });
        foreach (var (name, color, value) in parts)
        {
            var bars = new BarSeries
            {
                Title = parts.Length > 1 ? name : null, FillColor = color, IsStacked = parts.Length > 1,
                LabelFormatString = "{0:#,0}", LabelPlacement = LabelPlacement.Inside, TextColor = OxyColors.White,
            };
            foreach (var one in known) bars.Items.Add(new BarItem(value(one) ?? 0));
            model.Series.Add(bars);
        }
        return model;
    }

    static PlotModel Model(string title)
    {
        var model = new PlotModel { Title = title, TitleFontSize = 14, Background = OxyColors.White };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop,
            LegendPlacement = LegendPlacement.Outside, LegendPadding = 12 });
        return model;
    }

    static double? Microseconds(double? secondsOf1000) => secondsOf1000 * 1_000;
}
