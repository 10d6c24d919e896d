using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Tiffin.Tests.Support;

/// <summary>An event of a stream, and the last id that the stream sent.</summary>
public sealed record SseEvent(string Id, JsonNode Data, string? Name = null);

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

    /// <summary>The events until the server ends the stream. Fails when nothing arrives before the deadline.</summary>
    public static async IAsyncEnumerable<SseEvent> Events(
        this HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var frame in response.Frames(cancel))
            if (frame.Name is null) yield return frame with { Data = EventContract.Checked(frame.Data) };
    }

    /// <summary>All events, including named ones, which <c>onmessage</c> does not receive.</summary>
    public static async IAsyncEnumerable<SseEvent> Frames(
        this HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The stream was refused with {(int)response.StatusCode}: "
                + await response.Content.ReadAsStringAsync(cancel));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var (id, name) = ("", default(string));
        while (await reader.ReadLineAsync(cancel).AsTask().WaitAsync(deadline, cancel) is { } line)
        {
            if (line.Length == 0) name = null;
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return new SseEvent(id, JsonNode.Parse(line[6..])!, name);
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
