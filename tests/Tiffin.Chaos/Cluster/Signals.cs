using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tiffin.Chaos.Cluster;

/// <summary>Sends signals to processes that this run started, by id.</summary>
static class Signals
{
    const int Killed = 9;
    const int Continued = 18;
    const int Stopped = 19;

    public static void Kill(int process) => Send(process, Killed);

    public static void Freeze(int process) => Send(process, Stopped);

    public static void Thaw(int process) => Send(process, Continued);

    /// <summary>The children of <paramref name="parent"/>, from /proc, which only Linux has.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (ParentOf(process.Id) == parent) children.Add(process.Id);
            }
        }
        return children;
    }

    static int ParentOf(int process)
    {
        try
        {
            // The name is in parentheses and may contain spaces; state and parent follow it.
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ');
            return int.Parse(fields[2], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // A process that has already ended is not an error: the fault occurred by itself.
    static void Send(int process, int signal) => _ = NativeKill(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int NativeKill(int process, int signal);
}
