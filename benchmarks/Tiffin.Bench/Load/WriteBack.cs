using System.Globalization;

namespace Tiffin.Bench.Load;

/// <summary>
/// Lets the kernel write what gathers in memory before it is much, as PostgreSQL's machine should have it
/// (docs/operations.md, "The database's disk"); as it was before, once disposed. Does nothing where it may not.
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
            // Whoever has set it has had a reason. Setting one of the two sets the other to 0.
            if (InForce != "0") return;
            var before = File.ReadAllText(Default);
            File.WriteAllText(Setting, Bytes.ToString(CultureInfo.InvariantCulture));
            ratio = before;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // Figures tell how it was.
        }
    }

    /// <summary>In bytes; 0 where a share of the memory counts, null where there is no such thing.</summary>
    public static string? InForce => File.Exists(Setting) ? File.ReadAllText(Setting).Trim() : null;

    public void Dispose()
    {
        if (ratio is not null) File.WriteAllText(Default, ratio);
    }
}
