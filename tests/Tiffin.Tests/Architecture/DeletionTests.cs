using System.Diagnostics;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Architecture;

/// <summary>
/// A feature is a folder and a line of the server: a copy of the sources without both compiles, takes an order, and
/// describes itself.
/// </summary>
public sealed class DeletionTests(DeletionTests.Tree tree) : IClassFixture<DeletionTests.Tree>
{
    [Theory]
    [InlineData("Analytics")]
    [InlineData("Webhooks")]
    [InlineData("Notifications")]
    [InlineData("Broker")]
    public async Task A_server_without_a_feature_compiles_and_places_an_order(string feature)
    {
        var server = await tree.BuildWithout(feature);

        var database = await Shop.Open(portions: 1);
        await using var node = await ServerProcess.Start(database, folder: server);
        var order = Placement.Many(1, _ => SmallChain.Order()).Single();
        await order.Insist(node.Client);
        order.Status.ShouldBe(System.Net.HttpStatusCode.Created);
        using var document = await node.Client.GetAsync("/openapi/v1.json");
        document.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
    }

    /// <summary>
    /// A copy of the sources, for one build after the other: packages are restored and the domain is compiled once.
    /// </summary>
    public sealed class Tree : IDisposable
    {
        static readonly string[] copied =
        [
            "src/Tiffin", "src/Tiffin/wwwroot", "src/Tiffin/packages.lock.json", "src/Tiffin.Domain",
            "src/Tiffin.Domain/packages.lock.json", "Directory.Build.props", "Directory.Packages.props", "global.json",
            ".editorconfig",
        ];

        readonly string folder = Directory.CreateTempSubdirectory("tiffin-without-").FullName;

        public Tree()
        {
            foreach (var path in copied)
                foreach (var file in File.Exists(Path.Combine(Repository.Root, path)) ? [path] : Repository.Files(path))
                    Copy(file);
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);

        /// <summary>Returns the folder of the built server.</summary>
        public async Task<string> BuildWithout(string feature)
        {
            var room = Path.Combine("src/Tiffin/Features", feature);
            const string server = "src/Tiffin/Server.cs";
            var lines = await File.ReadAllLinesAsync(Path.Combine(folder, server));
            var kept = lines.Where(line => line.Trim() != $"using Tiffin.Features.{feature};"
                && line.Trim() != $"new {feature}Feature(),").ToList();
            kept.Count.ShouldBe(lines.Length - 2);
            Directory.Delete(Path.Combine(folder, room), recursive: true);
            await File.WriteAllLinesAsync(Path.Combine(folder, server), kept);
            try
            {
                await Build();
            }
            finally
            {
                foreach (var file in Repository.Files(room)) Copy(file);
                Copy(server);
            }
            return Path.Combine(folder, "artifacts/bin/Tiffin/release");
        }

        void Copy(string file)
        {
            var to = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(Repository.Root, file), to, overwrite: true);
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
}
