using System.Globalization;

namespace Tiffin.Bench.Load;

/// <summary>
/// Makes the kernel write dirty pages back early, as recommended for PostgreSQL hosts (docs/operate/install.md, "The
/// database's disk"). Restored on disposal. Does nothing without the permission.
/// </summary>
sealed class WriteBack : IDisposable
{
    const string Setting = "/proc/sys/vm/dirty_background_bytes";
    const string Default = "/proc/sys/vm/dirty_background_ratio";
    const int Bytes = 16 << 20;

    readonly string? ratio;

    public WriteBack()
    {
        try
        {
            // Respects a value set by the operator. Setting one of the two sets the other to 0.
            if (InForce != "0") return;
            var before = File.ReadAllText(Default);
            File.WriteAllText(Setting, Bytes.ToString(CultureInfo.InvariantCulture));
            ratio = before;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // The results contain the setting in force.
        }
    }

    /// <summary>Bytes; 0 if the ratio is in force, null if the kernel has no such setting.</summary>
    public static string? InForce => File.Exists(Setting) ? File.ReadAllText(Setting).Trim() : null;

    public void Dispose()
    {
        if (ratio is not null) File.WriteAllText(Default, ratio);
    }
}
