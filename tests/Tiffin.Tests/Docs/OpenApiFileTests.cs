using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>
/// The API document as a file, from which the screens' types are generated without a server. TIFFIN_UPDATE_DOCS=1
/// writes it.
/// </summary>
public sealed class OpenApiFileTests
{
    const string Page = "docs/api/openapi.json";

    static readonly JsonSerializerOptions readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_file_is_the_document_that_the_server_serves()
    {
        await using var server = await TestServer.Start();
        var served = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        var expected = served.ToJsonString(readable) + "\n";

        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Page), expected);
        else
            Repository.Text(Page).ShouldBe(expected);
    }
}
