using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>Sends a request, expects a status, and reads the response.</summary>
static class Api
{
    public static async Task<JsonNode> Get(
        this TestServer server, string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        await Read(await server.Client.GetAsync(path), expected);

    public static async Task<JsonNode> Put(
        this TestServer server, string path, object body, HttpStatusCode expected = HttpStatusCode.OK) =>
        await Read(await server.Client.PutAsJsonAsync(path, body), expected);

    public static async Task<JsonNode> Post(
        this TestServer server, string path, object body, HttpStatusCode expected = HttpStatusCode.Created,
        string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await Read(await server.Client.SendAsync(request), expected);
    }

    /// <summary>The API path with the data that the page at the order's trackingUrl shows.</summary>
    public static string TrackPath(this JsonNode order) =>
        $"/v1/track/{((string)order["trackingUrl"]!).Split('/')[^1]}";

    static async Task<JsonNode> Read(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, body);
        return JsonNode.Parse(body)!;
    }
}
