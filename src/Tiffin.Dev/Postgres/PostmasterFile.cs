using System.Diagnostics;
using System.Globalization;

namespace Tiffin.Dev.Postgres;

/// <summary>
/// The <c>postmaster.pid</c> file of a running server; see
/// <see href="https://www.postgresql.org/docs/current/storage-file-layout.html"/>.
/// </summary>
sealed record PostmasterFile(int ProcessId, string DataDirectory, int Port)
{
    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    /// <summary>The file of a cluster; null if it does not exist or is incomplete.</summary>
    public static PostmasterFile? Read(string dataDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(dataDirectory));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        return lines.Length >= 4
            && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId)
            && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port)
            ? new(processId, lines[1], port)
            : null;
    }

    public PostmasterState State
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
                    ? PostmasterState.Alive
                    : PostmasterState.Recycled;
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                return PostmasterState.Gone;
            }
        }
    }
}

/// <summary>Whether the process of a <see cref="PostmasterFile"/> runs, or another process has its id.</summary>
enum PostmasterState
{
    Gone,
    Recycled,
    Alive,
}
