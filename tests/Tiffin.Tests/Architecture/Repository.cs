namespace Tiffin.Tests.Architecture;

/// <summary>The files that people read and write, seen from the repository's root.</summary>
static class Repository
{
    static readonly string[] skipped =
        [".git", "artifacts", "bin", "obj", "node_modules", "wwwroot", "packages.lock.json",
            "package-lock.json"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(string folder = "")
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(Root, folder)))
        {
            if (skipped.Contains(Path.GetFileName(path))) continue;
            var relative = Path.GetRelativePath(Root, path).Replace('\\', '/');
            if (!Directory.Exists(path)) yield return relative;
            else foreach (var file in Files(relative)) yield return file;
        }
    }

    public static IEnumerable<string> Sources(string folder = "src") =>
        Files(folder).Where(file => file.EndsWith(".cs"));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder.EnumerateFiles("Tiffin.slnx").Any()) folder = folder.Parent!;
        return folder.FullName;
    }
}
