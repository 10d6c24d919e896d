using System.ComponentModel;
using System.Diagnostics;

namespace Tiffin.Dev.Postgres;

/// <summary>The account that runs the server: the caller's, or <c>postgres</c> when the caller is root.</summary>
sealed class ServerAccount(bool isRoot)
{
    const string Unprivileged = "postgres";

    public static ServerAccount Current { get; } = new(Environment.IsPrivilegedProcess);

    /// <summary>Creates a folder owned by the account, and checks that the account can enter it.</summary>
    public async Task PrepareFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!isRoot)
            return;
        // Also if this call did not create the folder: an earlier start may have been killed after creating it as root.
        var holdsCluster = Directory.EnumerateDirectories(folder).Any();
        if (!holdsCluster && await Execute("chown", [Unprivileged, folder], "/") is { Succeeded: false } chown)
            throw new DevPostgresException(
                $"PostgreSQL refuses to run as root, and '{folder}' cannot be given to the user "
                + $"'{Unprivileged}' ({chown.Output}). Create that user: useradd --system {Unprivileged}");
        if (await TryRun("test", ["-w", folder, "-a", "-x", folder], "/") is { Succeeded: false })
            throw new DevPostgresException(
                $"PostgreSQL refuses to run as root, and the user '{Unprivileged}' that runs it instead may not "
                + $"enter and write '{folder}'{ClosedParentHint(folder)}. Choose a folder outside of it, "
                + "such as --data /var/lib/tiffin.");
    }

    /// <summary>Runs a program as the account and returns its output; throws if it fails.</summary>
    public async Task<string> Run(string program, IEnumerable<string> arguments, string workingDirectory)
    {
        var result = await TryRun(program, arguments, workingDirectory);
        return result.Succeeded
            ? result.Output
            : throw new DevPostgresException($"{Path.GetFileName(program)} failed: {result.Output}");
    }

    public Task<ProgramResult> TryRun(string program, IEnumerable<string> arguments, string workingDirectory) =>
        isRoot
            ? Execute("runuser", ["-u", Unprivileged, "--", program, .. arguments], workingDirectory)
            : Execute(program, arguments, workingDirectory);

    // Not cancellable on purpose: each program ends within seconds, and killing one half-way could leave an
    // orphaned server.
    static async Task<ProgramResult> Execute(string program, IEnumerable<string> arguments, string workingDirectory)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // PGDATA, PGPORT, PGOPTIONS … of the caller refer to another server.
        foreach (var variable in start.Environment.Keys.Where(IsOfPostgres).ToList())
            start.Environment.Remove(variable);
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return new(process.ExitCode, $"{await output}\n{await errors}".Trim());
        }
        catch (Win32Exception failure)
        {
            throw new DevPostgresException($"'{program}' cannot be started: {failure.Message}");
        }
    }

    static bool IsOfPostgres(string variable) => variable.StartsWith("PG", StringComparison.Ordinal);

    static string ClosedParentHint(string folder)
    {
        for (var parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
            if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(parent).HasFlag(UnixFileMode.OtherExecute))
                return $", because '{parent}' is closed to others (mode "
                    + $"{Convert.ToString((int)File.GetUnixFileMode(parent), 8)})";
        return "";
    }
}

readonly record struct ProgramResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
