using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Prometheus' own judge of what it is to read.</summary>
static class Promtool
{
    /// <summary>Fails unless promtool can read it all; answers what it would like otherwise, line by line.</summary>
    public static async Task<string[]> Check(string arguments, string input = "")
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        // 3: it can be read, but somebody would have named it otherwise.
        new[] { 0, 3 }.ShouldContain(process.ExitCode, $"{await output}{await errors}");
        return (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
