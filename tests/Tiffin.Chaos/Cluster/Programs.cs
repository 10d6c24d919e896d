using System.Diagnostics;

namespace Tiffin.Chaos.Cluster;

/// <summary>Runs system programs to their end.</summary>
static class Programs
{
    public static async Task<(int Code, string Said)> TryRun(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{await output}{await errors}".Trim());
    }

    public static async Task<string> Run(string program, params string[] arguments)
    {
        var (code, said) = await TryRun(program, arguments);
        return code == 0
            ? said
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with exit code {code}: {said}");
    }
}
