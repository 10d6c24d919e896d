using System.Globalization;

namespace Tiffin.Bench.Load;

/// <summary>CPU time and memory of processes, from /proc (https://man7.org/linux/man-pages/man5/proc.5.html).</summary>
static class ProcessTimes
{
    // USER_HZ, the unit of /proc, is fixed on Linux.
    const double TicksPerSecond = 100;

    /// <summary>CPU seconds of a process and its children, running or ended.</summary>
    public static double Cpu(int process)
    {
        var ticks = Ticks(process, withChildrenThatEnded: true);
        foreach (var child in Children(process)) ticks += Ticks(child, withChildrenThatEnded: false);
        return ticks / TicksPerSecond;
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long Memory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(
            line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
    }

    static IEnumerable<int> Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    static long Ticks(int process, bool withChildrenThatEnded)
    {
        try
        {
            // The numbers follow the process name, which is in parentheses and may contain any character.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var (user, system, endedUser, endedSystem) = (11, 12, 13, 14);
            var ticks = Number(fields[user]) + Number(fields[system]);
            return withChildrenThatEnded ? ticks + Number(fields[endedUser]) + Number(fields[endedSystem]) : ticks;
        }
        catch (FileNotFoundException)
        {
            return 0; // It has ended: its parent includes its time.
        }
    }

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
