using System.Diagnostics;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.OpenApi;

/// <summary>
/// Clients generated from the document compile with warnings as errors. They place and cancel orders and handle
/// refusals, and read <c>code</c> and its details through their types.
/// </summary>
public sealed class GeneratedClientTests : IDisposable
{
    static readonly TimeSpan hang = TimeSpan.FromMinutes(10);

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-clients-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Kiota_s_and_nswag_s_clients_read_refusals_by_their_types()
    {
        var tools = DotNet("tool restore");
        await using var server = await Open();
        var document = Path.Combine(folder, "openapi.json");
        var generated = Directory.CreateDirectory(Path.Combine(folder, "generated")).FullName;
        await File.WriteAllTextAsync(document, await server.Client.GetStringAsync("/openapi/v1.json"));

        await tools;
        await Task.WhenAll(
            DotNet($"tool run kiota generate -l CSharp -d {document} -c TiffinClient -n Tiffin.Kiota "
                + $"-o {generated}/kiota --clean-output --log-level error"),
            DotNet($"tool run nswag openapi2csclient /input:{document} /output:{generated}/NSwagClient.cs "
                + "/namespace:Tiffin.NSwag /className:TiffinClient /generateOptionalParameters:true "
                + "/generateNullableReferenceTypes:true /generateOptionalPropertiesAsNullable:true"));
        var output = Path.Combine(folder, "built");
        await DotNet($"build tests/interop/clients -c Release --nologo -v q -p:Generated={generated} "
            + $"-p:ArtifactsPath={folder}/artifacts -o {output}");
        var address = server.Address.ToString().TrimEnd('/');
        var said = await DotNet($"exec {output}/Clients.dll {address} {await Channel(server)}");

        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "kiota 12600 out_of_stock masala 99 illegal_move Cancelled Cancelled",
            "nswag 12600 out_of_stock masala 99 illegal_move Cancelled Cancelled",
        ]);
        Directory.EnumerateFiles(generated, "*Problem*.cs", SearchOption.AllDirectories).Count().ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_typescript_client_compiles_strictly_and_reads_refusals_by_their_types()
    {
        await using var server = await Open();
        var input = new JsonObject
        {
            ["document"] = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json")),
            ["address"] = server.Address.ToString().TrimEnd('/'),
            ["key"] = await Channel(server),
        };

        var said = await Interop.Run("typescript.mjs", input.ToJsonString());

        said.ShouldBe(["typescript 12600 out_of_stock masala 99 illegal_move cancelled cancelled"]);
    }

    static async Task<TestServer> Open()
    {
        var server = await TestServer.Start();
        await SmallChain.Open(server);
        return server;
    }

    static Task<string> Channel(TestServer server) => server.KeyOf(Role.Channel, channel: "app");

    static async Task<string> DotNet(string arguments)
    {
        using var limit = new CancellationTokenSource(hang);
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A shared compiler process would outlive the test.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        })!;
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, $"dotnet {arguments}: {output}{await errors}");
        return output;
    }
}
