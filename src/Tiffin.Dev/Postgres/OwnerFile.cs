using System.Diagnostics;
using System.Globalization;

namespace Tiffin.Dev.Postgres;

/// <summary>The process that started a cluster: the next start can see whether it still runs.</summary>
sealed class OwnerFile(string folder)
{
    readonly string path = Path.Combine(folder, "owner.pid");

    public void Claim() => File.WriteAllText(path, $"{Environment.ProcessId}");

    /// <summary>True only if an owner is recorded and gone; in doubt, the cluster belongs to another process.</summary>
    public bool IsOrphaned =>
        File.Exists(path)
        && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var owner)
        && !IsAlive(owner);

    static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
