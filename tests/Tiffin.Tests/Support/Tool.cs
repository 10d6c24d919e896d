using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Runs an external program to its end.</summary>
static class Tool
{
    public static async Task<(int ExitCode, string Output, string Errors)> Run(
        string program, string arguments, string input = "")
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
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
        return (process.ExitCode, await output, await errors);
    }
}
