using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tiffin.Tests.Support;

/// <summary>Collects telemetry that is sent over OTLP (HTTP, protobuf).</summary>
sealed class OtlpCollector : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<(string Path, byte[] Body)> taken = [];

    OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpRequest request, string signal) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            taken.Enqueue((signal, body.ToArray()));
        });
    }

    public string Address => app.Urls.First();

    /// <summary>Name, trace, id, parent and linked spans of each span.</summary>
    public IReadOnlyList<(string Name, string Trace, string Id, string Parent, string[] Links)> Spans =>
        [.. Of("traces").SelectMany(sent => sent.Messages(1, 2, 2)).Select(span => (span.Text(5), span.Hex(1),
            span.Hex(2), span.Hex(4), span.Messages(13).Select(link => link.Hex(2)).ToArray()))];

    public IReadOnlyList<string> Metrics =>
        [.. Of("metrics").SelectMany(sent => sent.Messages(1, 2, 2)).Select(metric => metric.Text(1)).Distinct()];

    public IReadOnlyList<string> Logs =>
        [.. Of("logs").SelectMany(sent => sent.Messages(1, 2, 2, 5)).Select(body => body.Text(1))];

    /// <summary>Everything received, including the bytes between the texts.</summary>
    public string Text => string.Join('\n', taken.Select(one => Encoding.UTF8.GetString(one.Body)));

    public static async Task<OtlpCollector> Start()
    {
        var collector = new OtlpCollector();
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    IEnumerable<Protobuf> Of(string path) => taken.Where(one => one.Path == path)
        .Select(one => new Protobuf(one.Body));
}
