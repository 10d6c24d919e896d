using System.Globalization;
using System.Runtime.InteropServices;

namespace Tiffin.Chaos.Cluster;

/// <summary>
/// The wall clock of one node, which libfaketime reads from a file, so that the time of a running process can jump.
/// The monotonic clock is unaffected, as when an administrator or NTP sets a machine's time.
/// </summary>
sealed class SkewedClock
{
    readonly string file;

    public SkewedClock(string file)
    {
        this.file = file;
        Set(TimeSpan.Zero);
    }

    /// <summary>Null where the package faketime is not installed.</summary>
    public static string? Library { get; } = new[]
    {
        $"/usr/lib/{Architecture}-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1",
    }.FirstOrDefault(File.Exists);

    static string Architecture => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64
        ? "aarch64"
        : "x86_64";

    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        // By default the library assumes an old glibc, and then every wait in .NET ends at once.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        ["NO_FAKE_STAT"] = "1",
    };

    /// <summary>Takes effect within a second.</summary>
    public void Set(TimeSpan offset)
    {
        // Replaced atomically: a reader never sees half a number.
        var fresh = file + ".new";
        File.WriteAllText(fresh, offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "\n");
        File.Move(fresh, file, overwrite: true);
    }
}
