using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.OpenApi;

/// <summary>The API document in the eyes of others: Spectral with OWASP's rules, and Redocly.</summary>
public sealed class LintTests
{
    /// <summary>
    /// Four faults are put into the document, and are all that is found: there is no other, and the linters look.
    /// </summary>
    [Fact]
    public async Task Linters_find_the_faults_that_are_put_there_and_no_others()
    {
        await using var server = await TestServer.Start();
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        var list = document["paths"]!["/v1/brands"]!["get"]!.AsObject();
        list.Remove("security");
        list["responses"]!["200"]!["headers"]!.AsObject().Remove("RateLimit");
        document["components"]!["schemas"]!["LineRequest"]!["properties"]!["note"]!.AsObject().Remove("maxLength");

        var found = await Interop.Run("lint.mjs", document.ToJsonString());

        var rules = found.Select(line => line.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);
        string.Join(", ", rules).ShouldBe("owasp:api2:2023-read-restricted, owasp:api4:2023-rate-limit, "
            + "owasp:api4:2023-string-limit, security-defined", string.Join('\n', found));
    }
}
