using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Npgsql;
using Tiffin.Bench.Results;
using Tiffin.Bench.Yardsticks;

namespace Tiffin.Bench.Scenarios;

/// <summary>
/// The upper limit that PostgreSQL sets: pgbench sends the pipeline's own statements on one connection, as the pipeline
/// does, but without deciding anything.
/// </summary>
static partial class BatchLimit
{
    const int Orders = 200;

    public static IEnumerable<Scenario> All => [new("batch-limit", Measure)];

    static async IAsyncEnumerable<Measurement> Measure(
        Lab lab, BenchPlan bench, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var site = await lab.Open(new SiteOptions(Servers: 0), cancel);
        var script = Path.Combine(lab.Folder, "batch.sql");
        string program;
        await using (var connection = new NpgsqlConnection(site.ConnectionString))
        {
            await connection.OpenAsync(cancel);
            await File.WriteAllTextAsync(script, await BatchScript.Of(connection, Orders, cancel), cancel);
            program = Path.Combine((string)(await site.Execute(
                "SELECT setting FROM pg_config WHERE name = 'BINDIR'", cancel))!, "pgbench");
        }
        var perSecond = 0.0;
        var measured = await site.Measure("batch-limit", async () =>
        {
            perSecond = Orders * await Run(program, script, site.ConnectionString, bench.Time, cancel);
            return perSecond * bench.Time.TotalSeconds;
        }, cancel);
        yield return measured with
        {
            PerSecond = perSecond, ServerCpu = null, ServerMemoryMiB = null, BatchSize = Orders,
        };
    }

    // Returns transactions per second.
    static async Task<double> Run(
        string program, string script, string connectionString, TimeSpan time, CancellationToken cancel)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program,
        [
            "--no-vacuum", "--client", "1", "--protocol", "prepared", "--define", "n=0", "--file", script,
            "--time", $"{time.TotalSeconds:0}", "--host", target.Host!, "--port", $"{target.Port}",
            "--username", target.Username!, target.Database!,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var pgbench = Process.Start(start)!;
        await using var stop = cancel.Register(() => pgbench.Kill());
        var errors = pgbench.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await pgbench.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await pgbench.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        var rate = Rate().Match(output);
        return pgbench.ExitCode == 0 && rate.Success
            ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {Beginning(await errors)}");
    }

    // An error of pgbench repeats the statement, which is long.
    static string Beginning(string text) => text.Length > 500 ? text[..500] + " …" : text;

    [GeneratedRegex(@"^tps = ([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();
}
