using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Faults;

/// <summary>An order with its own key, retried until there is a response, as a well-behaved client does.</summary>
sealed class Placement(object order)
{
    public string Key { get; } = Guid.NewGuid().ToString();

    /// <summary>The last response; null when the connection broke.</summary>
    public HttpStatusCode? Status { get; private set; }

    /// <summary>The id in the 201 response; a response with another id means a second order.</summary>
    public Guid? OrderId { get; private set; }

    public bool WasReplayed { get; private set; }

    public static Placement[] Many(int count, Func<int, object> order) =>
        [.. Enumerable.Range(0, count).Select(i => new Placement(order(i)))];

    /// <summary>A single attempt.</summary>
    public async Task Try(HttpClient client)
    {
        try
        {
            using var answer = await client.Place(order, Key);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Status = answer.StatusCode;
            WasReplayed = answer.Headers.Contains("Idempotency-Replayed");
            if (answer.StatusCode != HttpStatusCode.Created) return;
            var id = body["id"]!.GetValue<Guid>();
            OrderId ??= id;
            id.ShouldBe(OrderId.Value);
        }
        // A connection that breaks right after it was opened surfaces as the socket's own exception.
        catch (Exception lost) when (lost is HttpRequestException or SocketException or OperationCanceledException)
        {
            Status = null;
        }
    }

    /// <summary>Retries while the outcome is unknown.</summary>
    public Task Insist(HttpClient client) => Insist(() => client);

    public Task Insist(Func<HttpClient> client) => Eventually.Holds(async () =>
    {
        await Try(client());
        return Status is not (null or HttpStatusCode.ServiceUnavailable);
    }, "an answer to a placement");
}
