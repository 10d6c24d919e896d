using System.Diagnostics;

namespace Tiffin.Chaos.Cluster;

/// <summary>The server's own build output, next to this program's, and its command line.</summary>
static class Deployable
{
    /// <summary>artifacts/bin/Tiffin/release/tiffin.dll, in the configuration of this program's build.</summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Tiffin",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "tiffin.dll"));

    /// <summary>Runs <c>tiffin</c> to its end; returns its exit code and output.</summary>
    public static async Task<(int Code, string Said)> TryRun(string connectionString, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__Tiffin"] = connectionString },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, $"{await output}{await errors}".Trim());
    }

    public static async Task<string> Expect(string connectionString, params string[] arguments)
    {
        var (code, said) = await TryRun(connectionString, arguments);
        return code == 0
            ? said
            : throw new InvalidOperationException(
                $"tiffin {string.Join(' ', arguments)} ended with exit code {code}: {said}");
    }
}
