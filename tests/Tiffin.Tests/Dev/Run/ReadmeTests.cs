using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Dev.Run;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Dev.Run;

/// <summary>Runs the README's tour in a real shell, against a real server with the demo chain.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    const string Address = "http://127.0.0.1:5080";
    static readonly TimeSpan hang = TimeSpan.FromMinutes(5);

    static readonly string chain = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-tour-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_tour_gets_the_responses_that_the_readme_shows()
    {
        var readme = Repository.Text("README.md");
        var tour = string.Concat(Shell().Matches(Section(readme, "Five minutes with curl")).Select(m => m.Groups[1]));
        var claims = Claim().Matches(tour).Select(match => match.Groups[1].Value).ToList();
        var postgres = await PostgresFixture.Cluster;
        var name = $"tour_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(name);
        using var host = await DevServer.Start(
            new(postgres.ConnectionString(name), new("http://127.0.0.1:0"), chain), default);

        var printed = await Dash(tour.Replace(Address, ((WebApplication)host).Urls.First()));

        claims.Count.ShouldBe(CallsCurl().Count(tour), "a call has no expected status");
        Status().Matches(printed).Select(match => match.Groups[1].Value).ShouldBe(claims, printed);
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).ShouldBe(["tour.sh"]);
        printed.ShouldContain("Idempotency-Replayed: true");
        printed.ShouldContain("\"type\":\"order.delivered\"");
        printed.ShouldContain("data: {\"status\":\"delivered\"");
        printed.ShouldContain("\"illegal_move\"");
        printed.ShouldContain("\"out_of_stock\"");
        var chicken = OnHand().Matches(printed).Select(match => long.Parse(match.Groups[1].Value)).ToList();
        chicken[1].ShouldBeLessThan(chicken[0]);
        chicken[2].ShouldBe(chicken[0]);
        await host.StopAsync();
    }

    /// <summary>What a terminal would show, from a shell that supports no more than POSIX requires.</summary>
    async Task<string> Dash(string lines)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "tour.sh"), $"set -eu\nexec 2>&1\n{lines}");
        using var shell = Process.Start(new ProcessStartInfo("dash", "tour.sh")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["TMPDIR"] = folder },
        })!;
        using var limit = new CancellationTokenSource(hang);
        var output = await shell.StandardOutput.ReadToEndAsync(limit.Token);
        await shell.WaitForExitAsync(limit.Token);
        shell.ExitCode.ShouldBe(0, output);
        return output;
    }

    static string Section(string text, string heading)
    {
        var start = text.IndexOf($"## {heading}", StringComparison.Ordinal);
        return text[start..text.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex("  # ([1-5][0-9]{2})$", RegexOptions.Multiline)]
    private static partial Regex Claim();

    [GeneratedRegex("^→ ([0-9]{3})$", RegexOptions.Multiline)]
    private static partial Regex Status();

    /// <summary>A line that calls curl through one of the tour's functions.</summary>
    [GeneratedRegex(@"^(?:ask|place|move|stock) ", RegexOptions.Multiline)]
    private static partial Regex CallsCurl();

    [GeneratedRegex("\"sku\":\"chicken\",.*?\"onHand\":([0-9]+)")]
    private static partial Regex OnHand();
}
