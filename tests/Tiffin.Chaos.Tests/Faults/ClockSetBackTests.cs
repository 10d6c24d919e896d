using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos.Tests.Faults;

/// <summary>A node loses PostgreSQL while its clock is ahead; then its clock is corrected.</summary>
public sealed class ClockSetBackTests
{
    static readonly TimeSpan ahead = TimeSpan.FromMinutes(15);

    /// <summary>Far below the 15 minutes after which real time would have caught up with the old clock.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_node_reconnects_to_postgresql_after_its_clock_was_set_back()
    {
        SkewedClock.Library.ShouldNotBeNull("libfaketime is missing: eng/faketime installs it");
        var folder = Path.Combine(Path.GetTempPath(), $"tiffin-clock-{Environment.ProcessId}");
        var plan = new ChaosPlan { Nodes = 1, Kinds = [FaultKind.ClockSkew] };
        await using (var cluster = await NodeCluster.Open(folder, plan, CancellationToken.None))
        {
            var node = cluster.Nodes[0];
            await Until("writes are answered", async () => await Write(node) == HttpStatusCode.NotFound);
            node.Clock!.Set(ahead);
            await Until("the clock is ahead", async () => await Skew(node) > ahead / 2);
            await cluster.Postgres.StopImmediate();
            await Until("reads find no database", async () =>
                await Read(node) == HttpStatusCode.ServiceUnavailable);
            await Until("writes find no database", async () =>
                await Write(node) == HttpStatusCode.ServiceUnavailable);
            node.Clock.Set(TimeSpan.Zero);
            await Until("the clock is right", async () => await Skew(node) < ahead / 2);

            await cluster.Postgres.Restart();

            await Until("reads are answered", async () => await Read(node) == HttpStatusCode.OK);
            await Until("writes are answered again", async () => await Write(node) == HttpStatusCode.NotFound);
        }
        Directory.Delete(folder, recursive: true);
    }

    static async Task<HttpStatusCode> Read(Node node)
    {
        using var answer = await node.Client.GetAsync("/v1/kitchens");
        return answer.StatusCode;
    }

    /// <summary>Only the writer can answer 404 for an unknown kitchen.</summary>
    static async Task<HttpStatusCode> Write(Node node)
    {
        var movements = new { movements = new[] { new { sku = "rice", kind = "received", quantity = 1 } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/kitchens/none/stock/movements")
        {
            Content = JsonContent.Create(movements),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using var answer = await node.Client.SendAsync(request);
        return answer.StatusCode;
    }

    static async Task<TimeSpan> Skew(Node node) =>
        await node.TellTime(CancellationToken.None) - DateTimeOffset.UtcNow;

    static async Task Until(string what, Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await Holds())
        {
            since.Elapsed.ShouldBeLessThan(patience, $"waiting until {what}");
            await Task.Delay(50);
        }

        // Without PostgreSQL, a response takes the server's whole deadline, which can exceed the client's timeout on a
        // busy machine.
        async Task<bool> Holds()
        {
            try
            {
                return await condition();
            }
            catch (Exception none) when (none is HttpRequestException or SocketException or OperationCanceledException)
            {
                return false;
            }
        }
    }
}
