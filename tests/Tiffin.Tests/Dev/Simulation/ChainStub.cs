using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Tiffin.Tests.Dev.Simulation;

/// <summary>A fake server: it responds according to the contract and records each request with its caller.</summary>
sealed class ChainStub : HttpMessageHandler
{
    readonly ConcurrentDictionary<string, JsonNode> orders = new();
    readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(string Request, string? Token, string? Key, JsonNode? Body)> Seen { get; } = [];

    /// <summary>The condition that completes <see cref="Reached"/>; it is checked after each request.</summary>
    public Func<string, bool> Until { get; init; } = _ => false;

    /// <summary>Replaces the response unless it returns null.</summary>
    public Func<string, HttpResponseMessage?> Instead { get; init; } = _ => null;

    public Task Reached => reached.Task;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = $"{request.Method} {request.RequestUri!.PathAndQuery}";
        var body = request.Content is null
            ? null
            : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var key = request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null;
        Seen.Enqueue((text, request.Headers.Authorization?.Parameter, key, body));
        lock (reached)
        {
            var answer = Instead(text) ?? Answer(text, body);
            if (Until(body?["status"] is { } status ? $"{text} {status}" : text))
                reached.TrySetResult();
            return answer;
        }
    }

    HttpResponseMessage Answer(string request, JsonNode? body)
    {
        var path = request.Split(' ', '?')[1].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Split(' ')[0], path) switch
        {
            ("GET", ["v1", "kitchens"]) when !request.Contains("cursor", StringComparison.Ordinal) => Json(
                """{"data":[{"id":"blr-01","name":"Indiranagar","timeZone":"Asia/Kolkata"}],"nextCursor":"b&c"}"""),
            ("GET", ["v1", "kitchens"]) => Json("""{"data":[{"id":"mum-02"}],"nextCursor":null}"""),
            ("GET", ["v1", "kitchens", _, "menu"]) => Json(
                """
                {"data":[{"itemId":"dosa","brandId":"dosa-junction","name":"Dosa","available":true,"portions":9,
                  "price":{"amount":11900,"currency":"INR"},"modifiers":[{"itemId":"extra-ghee","available":true}]}]}
                """),
            ("GET", ["v1", "kitchens", _, "stock"]) => Json(
                """{"data":[{"sku":"ghee","onHand":5,"threshold":100,"state":"low"}]}"""),
            ("POST", ["v1", "kitchens", _, "stock", "movements"]) => Json("{}", HttpStatusCode.Created),
            ("POST", ["v1", "orders"]) => Place(body!),
            ("PUT", ["v1", "orders", var id, "status"]) => Move(orders[id], body!),
            ("PUT", ["v1", "orders", var id, "progress" or "courier", ..]) => Json(orders[id].ToJsonString()),
            _ => new(HttpStatusCode.NotFound),
        };
    }

    HttpResponseMessage Place(JsonNode body)
    {
        var id = Guid.CreateVersion7().ToString();
        var isManual = body["kitchenId"]!.GetValue<string>() == "mum-02";
        orders[id] = new JsonObject
        {
            ["id"] = id, ["status"] = isManual ? "placed" : "accepted",
            ["collectionCode"] = "0417", ["deliveryCode"] = "5028",
        };
        return Json(orders[id].ToJsonString(), HttpStatusCode.Created);
    }

    static HttpResponseMessage Move(JsonNode order, JsonNode body)
    {
        order["status"] = body["status"]!.DeepClone();
        return Json(order.ToJsonString());
    }

    static HttpResponseMessage Json(string content, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status)
        {
            Content = new StringContent(content, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
}
