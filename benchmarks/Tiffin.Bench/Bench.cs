using Tiffin.Bench.Results;
using Tiffin.Bench.Scenarios;

namespace Tiffin.Bench;

/// <summary>
/// Runs the scenarios in turn, round after round, so that compared figures are measured close together. Results are
/// written after each run, so that a failing scenario does not affect the others.
/// </summary>
static class Bench
{
    const string Documentation = "docs/performance";

    public static async Task Run(string[] names, BenchPlan plan, string folder, CancellationToken cancel)
    {
        var chosen = Scenario.All.Where(scenario => names.Length == 0 || names.Contains(scenario.Name)).ToArray();
        if (chosen.Length == 0)
            throw new ArgumentException($"Scenarios: {string.Join(", ", Scenario.All.Select(one => one.Name))}");
        Console.WriteLine("Seeding …");
        await using var lab = await Lab.Start(cancel);
        var results = new ResultSet(DateTimeOffset.UtcNow, lab.Machine);
        var file = Path.Combine(folder, ResultFile.NameOf(results.Started));
        for (var round = 1; round <= plan.Rounds; round++)
            foreach (var scenario in chosen.Where(one => round <= one.RoundsMax))
                await Run(scenario, lab, plan, round, results, file, cancel);
        Console.WriteLine(Report.Targets(results.Measurements));
        foreach (var (name, reason) in results.Failures) Console.WriteLine($"{name} failed: {reason}");
        Console.WriteLine($"{file}: {results.Minutes:0.0} minutes");
        if (names.Length == 0 && plan.Seconds >= BenchPlan.SecondsUsual) Publish(file, Documentation);
    }

    /// <summary>Writes the table and charts of a result file into the documentation.</summary>
    public static void Publish(string file, string folder)
    {
        var results = ResultFile.Read(file);
        Charts.Write(results.Measurements, folder);
        var page = Path.Combine(folder, "README.md");
        File.WriteAllText(page, Page.Fill(File.ReadAllText(page), results));
        Console.WriteLine($"Wrote the results of {file} to {page}");
    }

    static async Task Run(
        Scenario scenario, Lab lab, BenchPlan plan, int round, ResultSet results, string file, CancellationToken cancel)
    {
        try
        {
            await foreach (var measured in scenario.Measure(lab, plan, cancel))
            {
                Console.WriteLine(Report.Line(measured));
                results.Measurements.Add(measured with { Round = round });
            }
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            Console.WriteLine($"{scenario.Name}: {failure}");
            results.Failures[scenario.Name] = failure.Message;
        }
        results.Minutes = Math.Round((DateTimeOffset.UtcNow - results.Started).TotalMinutes, 1);
        ResultFile.Write(file, results);
    }
}
