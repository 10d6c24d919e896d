using Microsoft.Win32.SafeHandles;

namespace Tiffin.Bench.Load;

/// <summary>
/// Fills free memory with page cache before each run. A virtual machine gets a page from its host on first access,
/// which was measured to take five seconds per gigabyte instead of one, and returns free pages to it. Page cache is
/// reclaimed without the host, as on a machine that has been running for a long time.
/// </summary>
sealed class HostMemory : IDisposable
{
    // About what the kernel keeps free.
    const long LeftMiB = 1_024;

    // 1 TiB, so that every read is of pages that are not cached.
    const long Length = 1L << 40;

    readonly SafeFileHandle file;
    readonly byte[] piece = new byte[16 << 20];
    long place;

    /// <param name="folder">Must be on a disk and not tmpfs. The sparse file takes no space.</param>
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
