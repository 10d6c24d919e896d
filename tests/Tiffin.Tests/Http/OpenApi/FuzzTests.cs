using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;
using Xunit.Abstractions;

namespace Tiffin.Tests.Http.OpenApi;

/// <summary>
/// Sends mutated requests to every operation and accepts only documented responses. To repeat a run, set FUZZ_SEED to
/// the seed that it printed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    const int RequestsPerOperation = 400;
    const int Hands = 4;

    /// <summary>
    /// Bounds the duration for any number of operations; every operation gets the same number of requests.
    /// </summary>
    static readonly TimeSpan budget = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task No_request_gets_an_answer_that_is_not_documented()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"FUZZ_SEED={seed}");
        await using var server = await TestServer.Start(configure: WebhookServer.Quick);
        await SmallChain.Open(server, rice: 1_000_000);
        var ids = await Ids(server);
        var operations = await ApiOperation.All(server);
        var strange = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        var sent = 0;
        var least = operations.Count * 20;

        await Parallel.ForAsync(0, Hands, async (hand, cancel) =>
        {
            var requests = new FuzzedRequests(new Random(seed + hand), ids);
            // A busy machine needs longer for the same number of requests.
            for (var turn = 0;
                turn < RequestsPerOperation / Hands && (watch.Elapsed < budget || Volatile.Read(ref sent) <= least);
                turn++)
                foreach (var operation in operations)
                {
                    using var request = requests.Next(operation);
                    var label = $"{request.Method} {request.RequestUri} {await Body(request)}";
                    if (await Send(server.Client, request, operation, cancel) is { } complaint)
                        strange.Add($"{complaint} to {label}");
                    Interlocked.Increment(ref sent);
                }
        });

        output.WriteLine($"{sent} requests in {watch.Elapsed.TotalSeconds:0.0} s");
        sent.ShouldBeGreaterThan(least);
        strange.Take(10).ShouldBeEmpty($"FUZZ_SEED={seed}");
    }

    /// <summary>Ids of existing resources, for the path parameters.</summary>
    internal static async Task<Dictionary<string, string>> Ids(TestServer server)
    {
        var (webhook, _) = await server.Webhook("http://127.0.0.1:9/", "order.*");
        var order = await server.PlaceOrder();
        await Eventually.Holds(async () => (await server.Deliveries(webhook)).Count, value => value > 0, "a delivery");
        using var tablet = await Access.Tablet.Begin(server);
        var delivery = (await server.Deliveries(webhook))[0]!["id"]!.GetValue<string>();
        return new()
        {
            ["id"] = order, ["token"] = order, ["webhookId"] = webhook, ["eventId"] = delivery, ["code"] = tablet.Code,
            ["kitchenId"] = "k1", ["brandId"] = "dosa", ["itemId"] = "masala", ["sku"] = "rice",
            ["attempt"] = "1",
        };
    }

    static async Task<string?> Send(
        HttpClient client, HttpRequestMessage request, ApiOperation operation, CancellationToken cancel,
        int triesLeft = 5)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Eventually.Patience);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)answer.StatusCode;
            if (status >= 500) return $"{status}";
            if (operation.Node["responses"]?[$"{status}"] is null) return $"an undocumented {status}";
            if (answer.Content.Headers.ContentType?.MediaType is "text/event-stream") return null;
            var body = await answer.Content.ReadAsStringAsync(limit.Token);
            if (status < 400) return null;
            if (body.Length == 0) return $"a {status} that says nothing";
            var code = (string?)JsonNode.Parse(body)?["code"];
            return operation.Codes(status).Contains(code) ? null : $"an undocumented {status} {code}";
        }
        catch (HttpRequestException ended) when (triesLeft > 1 && ended.InnerException is IOException)
        {
            // The server may close a connection after a response, just when this request is sent on it; the same may
            // happen on the next connection.
            using var again = await Copy(request, cancel);
            return await Send(client, again, operation, cancel, triesLeft - 1);
        }
        catch (HttpRequestException broken)
        {
            return $"a broken answer ({broken.InnerException?.Message})";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer within {Eventually.Patience.TotalSeconds} s";
        }
    }

    static async Task<HttpRequestMessage> Copy(HttpRequestMessage request, CancellationToken cancel)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        if (request.Content is not { } content) return copy;
        copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancel));
        foreach (var (name, values) in content.Headers) copy.Content.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }

    static async Task<string> Body(HttpRequestMessage request)
    {
        if (request.Content is null) return "";
        var text = await request.Content.ReadAsStringAsync();
        return $"{request.Content.Headers.ContentType} {(text.Length > 500 ? text[..500] + "…" : text)}";
    }
}

/// <summary>Requests that start from the document's example and are made invalid in one or more ways.</summary>
sealed class FuzzedRequests(Random random, IReadOnlyDictionary<string, string> ids)
{
    static readonly string[] texts =
    [
        "", " ", "\0", "null", "true", "-1", "0", "1", "9223372036854775808", "1e400", "NaN", "'", "\"", "%", "%00",
        "../..",
        "k1", "k2", "dosa", "masala", "rice", "app", "delivered", "cancelled", "2026-01-31", "2026-01-31T00:00:00Z",
        "99999-99-99", "ünïcode", "नमस्ते", "\u202e", "😀", "\ud83d", "<script>", "{}", "[]", "$1",
        "; DROP TABLE orders",
        "00000000-0000-0000-0000-000000000000",
    ];

    static readonly string[] headers = ["Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Accept"];

    public HttpRequestMessage Next(ApiOperation operation)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => (string?)parameter["in"] == "path"))
            path = path.Replace($"{{{parameter["name"]}}}", Segment(operation, (string)parameter["name"]!));
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), path + Query(operation));
        if (!Chance(10)) request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        if (Chance(4)) request.Headers.TryAddWithoutValidation(Pick(headers), Printable(Text()));
        if (operation.Node["requestBody"] is not null) request.Content = Content(operation.RequestExample);
        return request;
    }

    // The web server itself rejects paths that contain a NUL, without an explanation. A deleted resource would be
    // missing for the other requests.
    string Segment(ApiOperation operation, string name) => Chance(3) || operation.Method == "DELETE"
        ? Uri.EscapeDataString(Text().Trim('.', '\0') is { Length: > 0 } text ? text : "-")
        : ids[name];

    string Query(ApiOperation operation)
    {
        var known = operation.Parameters.Where(parameter => (string?)parameter["in"] == "query")
            .Where(_ => Chance(3)).Select(parameter => (string)parameter["name"]!);
        // A long poll with a wait would slow the test.
        var pairs = known.Where(name => name != "wait").Concat(Chance(10) ? ["nonsense"] : [])
            .Select(name => $"{name}={Uri.EscapeDataString(Text())}");
        return string.Join('&', pairs) is { Length: > 0 } query ? $"?{query}" : "";
    }

    ByteArrayContent Content(JsonNode? example)
    {
        var body = example?.DeepClone() ?? new JsonObject();
        Localize(body);
        for (var i = random.Next(4); i > 0; i--) body = Mutated(body);
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        for (var i = Chance(4) ? random.Next(1, 4) : 0; i > 0; i--) bytes = Damaged(bytes);
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(Chance(20)
            ? Pick(["text/plain", "application/xml", "application/json; charset=utf-16"])
            : "application/json");
        return content;
    }

    /// <summary>Names entries of the small chain, so that requests get past the check of the catalogue.</summary>
    static void Localize(JsonNode node)
    {
        if (node is JsonArray array)
            foreach (var element in array) if (element is not null) Localize(element);
        if (node is not JsonObject members) return;
        foreach (var (name, value) in members.ToList())
        {
            if (name == "brands") members[name] = new JsonArray("dosa");
            else if (value is JsonArray && name == "modifiers" && value[0] is JsonValue)
                members[name] = new JsonArray("ghee-extra");
            else if (value is JsonObject or JsonArray) Localize(value);
            // A future time, but so soon that the kitchen and the item are available again for other requests.
            else if (name == "until") members[name] = DateTimeOffset.UtcNow.AddMilliseconds(200).ToString("O");
            else if (name == "url") members[name] = "http://127.0.0.1:9/";
            else if (name == "kitchenId") members[name] = "k1";
            else if (name == "brandId") members[name] = "dosa";
            else if (name == "sku") members[name] = "rice";
            else if (name == "itemId") members[name] = members.ContainsKey("modifiers") ? "masala" : "ghee-extra";
        }
    }

    JsonNode Mutated(JsonNode body)
    {
        var places = Places(body).ToList();
        if (places.Count == 0) return Value() ?? new JsonArray();
        var (parent, key) = places[random.Next(places.Count)];
        switch (parent)
        {
            case JsonObject members when Chance(5):
                members.Remove((string)key);
                break;
            case JsonObject members when Chance(8):
                members[Pick(texts)] = Value();
                break;
            case JsonObject members:
                members[(string)key] = Value();
                break;
            case JsonArray array when Chance(3):
                for (var copies = Pick([1, 100, 150]); copies > 0; copies--) array.Add(array[(int)key]?.DeepClone());
                break;
            case JsonArray array:
                array[(int)key] = Value();
                break;
        }
        return body;
    }

    static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node)
    {
        IEnumerable<(object Key, JsonNode? Child)> children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray array => array.Select((child, i) => ((object)i, child)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            yield return (node, key);
            foreach (var place in child is null ? [] : Places(child)) yield return place;
        }
    }

    JsonNode? Value() => random.Next(9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(Pick([0L, -1, 1, 1000, int.MaxValue, long.MaxValue, long.MinValue])),
        3 => JsonValue.Create(random.NextDouble() * 1e12),
        4 => new JsonArray(JsonValue.Create(Text())),
        5 => new JsonObject { [Pick(texts)] = Text() },
        6 => Deep(random.Next(1, 60)),
        _ => JsonValue.Create(Text()),
    };

    static JsonNode Deep(int depth) =>
        Enumerable.Range(0, depth).Aggregate((JsonNode)new JsonArray(), (inner, _) => new JsonArray(inner));

    byte[] Damaged(byte[] bytes)
    {
        if (bytes.Length == 0) return bytes;
        var at = random.Next(bytes.Length);
        return random.Next(5) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..]],
            2 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
            3 => [.. bytes[..at], .. "\\ud800"u8, .. bytes[at..]],
            _ => [.. bytes, .. new byte[random.Next(2) == 0 ? 1 : 70_000]],
        };
    }

    string Text() => Chance(20) ? new string('x', random.Next(1, 1000)) : Pick(texts);

    /// <summary>The characters that HttpClient sends in a header.</summary>
    static string Printable(string text) => new([.. text.Where(c => c is >= ' ' and <= '~')]);

    bool Chance(int oneIn) => random.Next(oneIn) == 0;

    T Pick<T>(T[] all) => all[random.Next(all.Length)];
}
