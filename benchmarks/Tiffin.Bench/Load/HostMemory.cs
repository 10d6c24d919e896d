using Microsoft.Win32.SafeHandles;

namespace Tiffin.Bench.Load;

/// <summary>
/// A virtual machine gets its memory from its host when it touches a page first, which was measured to take five
/// seconds a gigabyte instead of one, and gives back what is free. So before each run what is free is filled with the
/// cache of an empty file, of which the kernel then takes what a run needs: as on a machine that has been at work.
/// </summary>
sealed class HostMemory : IDisposable
{
    /// <summary>About what the kernel keeps free by itself.</summary>
    const long LeftMiB = 1_024;

    /// <summary>A terabyte: whatever is read of it was not read before.</summary>
    const long Length = 1L << 40;

    readonly SafeFileHandle file;
    readonly byte[] piece = new byte[16 << 20];
    long place;

    /// <param name="folder">On a disk: a file without content takes nothing of it.</param>
    public HostMemory(string folder)
    {
        file = File.OpenHandle(
            Path.Combine(folder, "empty"), FileMode.Create, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        RandomAccess.SetLength(file, Length);
    }

    public void Fill(CancellationToken cancel)
    {
        for (var left = FreeMiB() - LeftMiB << 20; left > 0; left -= piece.Length)
        {
            cancel.ThrowIfCancellationRequested();
            place = (place + RandomAccess.Read(file, piece, place)) % Length;
        }
    }

    static long FreeMiB() => long.Parse(
        File.ReadLines("/proc/meminfo").Single(line => line.StartsWith("MemFree:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) / 1024;

    public void Dispose() => file.Dispose();
}
