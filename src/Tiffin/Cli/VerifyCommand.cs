using System.CommandLine;
using System.Globalization;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Verify;

namespace Tiffin.Cli;

static class VerifyCommand
{
    const int Violated = 1;
    const int NotVerified = 2;

    public static Command Create()
    {
        var verify = new Command(
            "verify", "Recompute the tables from the event log and compare; exits 1 on any difference, and 2 if the "
            + "comparison could not be completed");
        verify.SetAction((_, cancel) => Run(DatabaseSettings.CommandConnectionString(), Console.Out, cancel));
        return verify;
    }

    /// <summary>Writes one line per invariant.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string connectionString, TextWriter output, CancellationToken cancel = default)
    {
        try
        {
            await using (var database = new Database(connectionString)) await Migrator.Check(database, cancel);
            return await Compare(connectionString, output, cancel);
        }
        catch (Exception failure) when (failure is SchemaMismatchException or NpgsqlException)
        {
            await output.WriteLineAsync(failure.Message);
            return NotVerified;
        }
    }

    static async Task<int> Compare(string connectionString, TextWriter output, CancellationToken cancel)
    {
        var broken = 0;
        await foreach (var finding in Verification.Run(connectionString, Server.Invariants, cancel))
        {
            if (finding.Violations > 0) broken++;
            await output.WriteLineAsync(Line(finding));
        }
        foreach (var finding in await OfFeatures(connectionString, cancel))
        {
            if (finding.Violations > 0) broken++;
            await output.WriteLineAsync(Line(finding));
        }
        await output.WriteLineAsync(broken == 0 ? "All invariants hold." : $"{broken} invariant(s) are violated.");
        return broken == 0 ? 0 : Violated;
    }

    static async Task<IReadOnlyList<Finding>> OfFeatures(string connectionString, CancellationToken cancel)
    {
        await using var session = await Verification.Open(connectionString, cancel);
        var findings = new List<Finding>();
        foreach (var feature in Server.Features) findings.AddRange(await feature.Verify(session, cancel));
        return findings;
    }

    static string Line(Finding finding)
    {
        var (invariant, looked, wrong, example) = finding;
        var counts = string.Create(CultureInfo.InvariantCulture, $"{looked,12:N0} checked {wrong,8:N0} wrong");
        var line = $"{(wrong == 0 ? "ok   " : "WRONG")} {invariant.Name,-20} {counts}  {invariant.Meaning}";
        return example is null ? line : $"{line}; for example {example}";
    }
}
