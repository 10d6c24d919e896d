using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>What a stream sent under one id.</summary>
public sealed record SseEvent(string Id, JsonNode Data, string Name = "message");

/// <summary>Reads server-sent events as a browser does.</summary>
public static class SseClient
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);

    public static async Task<HttpResponseMessage> OpenStream(
        this HttpClient client, string path, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The events until the server ends the stream. Fails when nothing comes for long.</summary>
    public static async IAsyncEnumerable<SseEvent> Events(
        this HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var (id, name) = ("", "message");
        while (await reader.ReadLineAsync(cancel).AsTask().WaitAsync(deadline, cancel) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.Length == 0) name = "message";
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return new SseEvent(id, EventContract.Checked(JsonNode.Parse(line[6..])!), name);
        }
    }

    public static async Task<List<SseEvent>> Take(this HttpResponseMessage response, int count)
    {
        var events = new List<SseEvent>();
        await foreach (var e in response.Events())
        {
            events.Add(e);
            if (events.Count == count) break;
        }
        return events;
    }
}
