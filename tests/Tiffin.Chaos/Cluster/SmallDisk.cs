namespace Tiffin.Chaos.Cluster;

/// <summary>
/// A file system for the database's tables with a quota that can be reduced to what is used and restored, while it is
/// in use. When it is full, the kernel returns ENOSPC and PostgreSQL 53100. The write-ahead log stays on the real disk.
/// </summary>
sealed class SmallDisk : IDisposable
{
    const string Quota = "16g";
    const int Tries = 50;

    SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Null, with the reason, where this process may not mount.</summary>
    public static async Task<(SmallDisk? Disk, string? Why)> TryMount(string folder, string owner)
    {
        Directory.CreateDirectory(folder);
        var (_, id) = await Programs.TryRun("id", "-u", owner);
        var (code, said) = await Programs.TryRun(
            "mount", "-t", "tmpfs", "-o", $"size={Quota},uid={id},mode=700", "tmpfs", folder);
        return code == 0 ? (new SmallDisk(folder), null) : (null, said);
    }

    /// <summary>Leaves no page free; retries because writes may follow the measurement.</summary>
    public async Task Fill()
    {
        var (code, said) = (1, "");
        for (var i = 0; i < Tries && code != 0; i++)
        {
            var space = new DriveInfo(Folder);
            (code, said) = await Resize($"{(space.TotalSize - space.AvailableFreeSpace) / 1024 + 4 * i}k");
        }
        if (code != 0) throw new InvalidOperationException($"The quota of {Folder} cannot be taken away: {said}");
    }

    public Task Free() => Resize(Quota);

    // Lazily: the file system is removed when the last process that uses it has ended.
    public void Dispose() => Programs.TryRun("umount", "-l", Folder).GetAwaiter().GetResult();

    Task<(int Code, string Said)> Resize(string size) => Programs.TryRun("mount", "-o", $"remount,size={size}", Folder);
}
