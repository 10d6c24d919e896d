using System.Diagnostics;

namespace Tiffin.Tests.Support;

/// <summary>Runs third-party libraries in <c>tests/interop</c> with Node.js.</summary>
public static class Interop
{
    static readonly TimeSpan installMax = TimeSpan.FromMinutes(5);
    // Only a hanging script takes longer: loading the larger libraries takes a minute on a busy machine.
    static readonly TimeSpan runMax = TimeSpan.FromMinutes(3);
    static readonly Lazy<Task<string>> folder = new(Install);

    /// <summary>Runs a script with an input; returns the lines that it prints, and reports each at once.</summary>
    public static async Task<List<string>> Run(string script, string input, Action<string>? heard = null) =>
        await Run("node", script, await folder.Value, input, runMax, heard);

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

    static async Task<List<string>> Run(
        string program, string arguments, string folder, string input, TimeSpan max, Action<string>? heard = null)
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
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var lines = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                lines.Add(line);
                heard?.Invoke(line);
            }
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, $"{program} {arguments}: {await errors}");
            return lines;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
