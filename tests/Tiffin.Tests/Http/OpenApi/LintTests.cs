using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.OpenApi;

/// <summary>Lints the API document with Spectral, including OWASP's rules, and with Redocly.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task Linters_find_no_fault() => (await Found(_ => { })).ShouldBeEmpty();

    /// <summary>Checks that the linters run, and that each exception suppresses only what it names.</summary>
    [Fact]
    public async Task Linters_find_the_faults_that_are_put_there_and_no_others()
    {
        var found = await Found(document =>
        {
            var list = document["paths"]!["/v1/brands"]!["get"]!.AsObject();
            list.Remove("security");
            list["responses"]!["200"]!["headers"]!.AsObject().Remove("RateLimit");
            document["paths"]!["/v1/orders"]!["get"]!["responses"]!.AsObject().Remove("400");
            document["components"]!["schemas"]!["LineRequest"]!["properties"]!["note"]!.AsObject().Remove("maxLength");
        });

        var rules = found.Select(line => line.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);
        string.Join(", ", rules).ShouldBe("owasp:api2:2023-read-restricted, owasp:api4:2023-rate-limit, "
            + "owasp:api4:2023-string-limit, owasp:api8:2023-define-error-validation, security-defined",
            string.Join('\n', found));
    }

    static async Task<List<string>> Found(Action<JsonNode> spoil)
    {
        await using var server = await TestServer.Start();
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        spoil(document);
        return await Interop.Run("lint.mjs", document.ToJsonString());
    }
}
