using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Tiffin.Chaos.Cluster;

namespace Tiffin.Chaos.Clients;

/// <summary>
/// Follows the log by stream or by long poll, continues at the next node when one fails, and records the position and
/// id of each event in the order of arrival.
/// </summary>
sealed class EventReader(IReadOnlyList<Node> nodes, bool streams)
{
    /// <summary>A stream has heartbeats; longer silence means a dead connection.</summary>
    static readonly TimeSpan silenceMax = TimeSpan.FromSeconds(20);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);
    const int WaitSeconds = 5;

    long last;

    public string Name => streams ? "stream" : "long poll";

    public List<(long Position, Guid Id)> Received { get; } = [];

    public long Last => Volatile.Read(ref last);

    public int Reconnects { get; private set; }

    public async Task Run(CancellationToken cancel)
    {
        for (var i = 0; !cancel.IsCancellationRequested; i++)
        {
            try
            {
                await (streams ? Stream(nodes[i % nodes.Count], cancel) : Poll(nodes[i % nodes.Count], cancel));
            }
            catch (Exception lost) when (lost is HttpRequestException or SocketException or IOException
                or OperationCanceledException or TimeoutException or JsonException)
            {
                Reconnects++;
            }
            if (!cancel.IsCancellationRequested) await Task.Delay(pause, CancellationToken.None);
        }
    }

    async Task Stream(Node node, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("Last-Event-ID", Last.ToString(CultureInfo.InvariantCulture));
        using var response = await node.Stream
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).WaitAsync(silenceMax, cancel);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        while (await reader.ReadLineAsync(cancel).AsTask().WaitAsync(silenceMax, cancel) is { } line)
        {
            if (!line.StartsWith("data: {\"specversion\"", StringComparison.Ordinal)) continue;
            using var data = JsonDocument.Parse(line.AsMemory(6));
            Take(data.RootElement);
        }
    }

    async Task Poll(Node node, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            using var response = await node.Client.GetAsync(
                $"/v1/events?after={Last}&limit=200&wait={WaitSeconds}", cancel);
            response.EnsureSuccessStatusCode();
            using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancel));
            foreach (var happened in page.RootElement.GetProperty("data").EnumerateArray()) Take(happened);
        }
    }

    void Take(JsonElement happened)
    {
        var position = long.Parse(happened.GetProperty("position").GetString()!, CultureInfo.InvariantCulture);
        Received.Add((position, happened.GetProperty("id").GetGuid()));
        Volatile.Write(ref last, position);
    }
}
