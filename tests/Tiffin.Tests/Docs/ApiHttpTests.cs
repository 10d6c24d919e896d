using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Tiffin.Dev.Run;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>Sends the requests of docs/api/api.http in order to a server with the demo chain.</summary>
public sealed partial class ApiHttpTests
{
    static readonly string chain = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");

    readonly Dictionary<string, string> values = [];
    readonly Dictionary<string, JsonNode> answers = [];

    [Fact]
    public async Task Every_request_succeeds()
    {
        using var host = await DevServer.Start(
            new(await EmptyDatabase(), new("http://127.0.0.1:0"), chain), default);
        using var client = new HttpClient();
        var address = ((WebApplication)host).Urls.First();
        var keys = JsonNode.Parse(await client.GetStringAsync($"{address}/dev/keys"))!;
        (values["api"], values["key"]) = (address, (string)keys["admin"]!);
        var requests = Repository.Text("docs/api/api.http").Split("\n###")[1..];

        requests.Length.ShouldBeGreaterThan(8);
        foreach (var request in requests) await Send(client, request);
        answers["place"]["status"]!.ToString().ShouldBe("accepted");
        await host.StopAsync();
    }

    async Task Send(HttpClient client, string text)
    {
        text = text.TrimEnd();
        var (head, body) = text.Split("\n\n", 2) is [var first, var rest] ? (first, rest) : (text, "");
        var lines = Filled(head).Split('\n')[1..];
        var name = Name().Match(head).Groups[1].Value;
        var asked = lines.Where(line => !line.StartsWith('#')).ToList();
        using var request = new HttpRequestMessage(new HttpMethod(asked[0].Split(' ')[0]), asked[0].Split(' ')[1]);
        if (body.Length > 0) request.Content = new StringContent(Filled(body), null, "application/json");
        foreach (var header in asked[1..].Where(line => !line.StartsWith("Content-Type")))
            request.Headers.Add(header.Split(": ")[0], header.Split(": ")[1]);
        using var answer = await client.SendAsync(request);
        var told = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{text}\n{told}");
        if (name.Length > 0) answers[name] = JsonNode.Parse(told)!;
    }

    string Filled(string text) => Variable().Replace(text, match => match.Groups[1].Value switch
    {
        "$guid" => Guid.NewGuid().ToString(),
        var path when path.Split(".response.body.$.") is [var of, var member] => answers[of][member]!.ToString(),
        var name => values[name],
    });

    static async Task<string> EmptyDatabase()
    {
        var postgres = await PostgresFixture.Cluster;
        var name = $"click_{Guid.NewGuid():N}";
        await postgres.CreateDatabase(name);
        return postgres.ConnectionString(name);
    }

    [GeneratedRegex("# @name ([a-z]+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Variable();
}
