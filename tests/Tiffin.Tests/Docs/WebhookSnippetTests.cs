using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>Runs the verifications of docs/integrate/webhooks.md on a genuine call and on forged ones.</summary>
public sealed partial class WebhookSnippetTests : IDisposable
{
    const string Source = "tests/Tiffin.Tests/Docs/IncomingWebhook.cs";
    const string Another = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    const string Node = """

        for (const line of (await new Response(process.stdin).text()).split('\n')) {
          const { secret, headers, body } = JSON.parse(line);
          console.log(isGenuine(secret, headers, body));
        }
        """;

    const string Python = """

        import json, sys
        for line in sys.stdin:
            call = json.loads(line)
            print(str(is_genuine(call["secret"], call["headers"], call["body"].encode())).lower())
        """;

    static readonly string page = Repository.Text("docs/integrate/webhooks.md");

    readonly string folder = Directory.CreateTempSubdirectory("tiffin-snippets-").FullName;

    sealed record Received(string Secret, Dictionary<string, string> Headers, string Body);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_snippet_accepts_only_the_genuine_call()
    {
        var calls = await Calls();
        var lines = string.Join('\n', calls.Select(call => JsonSerializer.Serialize(call, JsonSerializerOptions.Web)));
        string[] expected = ["true", "false", "false", "false", "false"];

        calls.Select(call => IncomingWebhook.IsGenuine(call.Secret, call.Headers, call.Body) ? "true" : "false")
            .ShouldBe(expected);
        (await Run("node", "snippet.mjs", Types().Replace(Snippet("ts"), "") + Node, lines)).ShouldBe(expected);
        (await Run("/usr/bin/python3", "snippet.py", Snippet("python") + Python, lines)).ShouldBe(expected);
    }

    [Fact]
    public void The_page_shows_the_code_that_is_tested()
    {
        var lines = Repository.Lines(Source);
        var from = Array.FindIndex(lines, line => line.Contains("bool IsGenuine"));
        var code = lines[from..^1].Select(line => line.Length > 4 ? line[4..] : "");

        Snippet("csharp").ShouldBe(string.Join('\n', code) + "\n");
    }

    /// <summary>A genuine call; then with another secret, another body, an old and a missing timestamp.</summary>
    static async Task<List<Received>> Calls()
    {
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server);
        await using var receiver = await Receiver.Start();
        var (_, secret) = await server.Webhook(receiver.Url, "order.placed");
        await server.PlaceOrder();
        await receiver.Receives(1);
        var (headers, body) = (new Dictionary<string, string>(receiver.Calls[0].Headers), receiver.Calls[0].Body);
        var old = DateTimeOffset.UtcNow.AddMinutes(-6).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return
        [
            new(secret, headers, body),
            new(Another, headers, body),
            new(secret, headers, body.Replace("order.placed", "order.payed")),
            new(secret, Signed(secret, headers, old, body), body),
            new(secret, Signed(secret, headers, "now", body), body),
        ];
    }

    static Dictionary<string, string> Signed(
        string secret, Dictionary<string, string> headers, string sent, string body)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{sent}.{body}"));
        return new(headers)
        {
            ["webhook-timestamp"] = sent, ["webhook-signature"] = $"v1,{Convert.ToBase64String(hash)}",
        };
    }

    async Task<string[]> Run(string program, string file, string code, string input)
    {
        var path = Path.Combine(folder, file);
        await File.WriteAllTextAsync(path, code);
        var (exitCode, output, errors) = await Tool.Run(program, path, input);
        exitCode.ShouldBe(0, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static string Snippet(string language) =>
        Regex.Match(page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>The types, which TypeScript's compiler would remove.</summary>
    [GeneratedRegex(": (string|boolean|Record<string, string>)")]
    private static partial Regex Types();
}
