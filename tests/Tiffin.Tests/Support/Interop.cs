using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Runs the libraries of others, in <c>tests/interop</c>, with Node.</summary>
public static class Interop
{
    static readonly TimeSpan installMax = TimeSpan.FromMinutes(3);
    static readonly TimeSpan runMax = TimeSpan.FromMinutes(1);
    static readonly Lazy<Task<string>> folder = new(Install);

    /// <summary>Gives a script its input; answers the lines that it printed.</summary>
    public static async Task<string[]> Run(string script, string input) =>
        (await Run("node", script, await folder.Value, input, runMax))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    static async Task<string> Install()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Tiffin.slnx"))) root = root.Parent!;
        var interop = Path.Combine(root.FullName, "tests", "interop");
        var installed = new FileInfo(Path.Combine(interop, "node_modules", ".package-lock.json"));
        var wanted = new FileInfo(Path.Combine(interop, "package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < wanted.LastWriteTimeUtc)
            await Run("npm", "ci --ignore-scripts --no-audit --no-fund", interop, "", installMax);
        return interop;
    }

    static async Task<string> Run(string program, string arguments, string folder, string input, TimeSpan max)
    {
        using var limit = new CancellationTokenSource(max);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, $"{program} {arguments}: {await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
