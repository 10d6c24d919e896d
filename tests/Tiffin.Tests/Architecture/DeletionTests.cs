using System.Diagnostics;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Architecture;

/// <summary>
/// A feature is a folder and a line of the server: a copy of the sources without both compiles, and takes an order.
/// </summary>
public sealed class DeletionTests : IDisposable
{
    static readonly string[] copied =
    [
        "src/Tiffin", "src/Tiffin/wwwroot", "src/Tiffin/packages.lock.json", "src/Tiffin.Domain",
        "src/Tiffin.Domain/packages.lock.json", "Directory.Build.props", "Directory.Packages.props", "global.json",
        ".editorconfig",
    ];

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-without-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Analytics")]
    [InlineData("Webhooks")]
    [InlineData("Notifications")]
    [InlineData("Broker")]
    public async Task A_server_without_a_feature_compiles_and_places_an_order(string feature)
    {
        foreach (var path in copied) Copy(path);
        Directory.Delete(Path.Combine(folder, "src/Tiffin/Features", feature), recursive: true);
        var server = Path.Combine(folder, "src/Tiffin/Server.cs");
        var lines = await File.ReadAllLinesAsync(server);
        var kept = lines.Where(line => line.Trim() != $"using Tiffin.Features.{feature};"
            && line.Trim() != $"new {feature}Feature(),").ToList();
        kept.Count.ShouldBe(lines.Length - 2);
        await File.WriteAllLinesAsync(server, kept);

        await Build();

        var database = await Shop.Open(portions: 1);
        await using var node = await ServerProcess.Start(
            database, folder: Path.Combine(folder, "artifacts/bin/Tiffin/release"));
        var order = Placement.Many(1, _ => SmallChain.Order()).Single();
        await order.Insist(node.Client);
        order.Status.ShouldBe(System.Net.HttpStatusCode.Created);
    }

    void Copy(string path)
    {
        var from = Path.Combine(Repository.Root, path);
        var files = File.Exists(from) ? [path] : Repository.Files(path);
        foreach (var file in files)
        {
            var to = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(Repository.Root, file), to);
        }
    }

    async Task Build()
    {
        var start = new ProcessStartInfo("dotnet",
            ["build", "src/Tiffin", "-c", "Release", "--nologo", "--verbosity", "quiet", "-p:RunAnalyzers=false",
                "-p:BuildScreens=false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        build.ExitCode.ShouldBe(0, output);
    }
}
