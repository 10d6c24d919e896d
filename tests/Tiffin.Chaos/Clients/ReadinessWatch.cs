using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tiffin.Chaos.Cluster;

namespace Tiffin.Chaos.Clients;

/// <summary>One readiness check of a node, as a load balancer would make it.</summary>
/// <param name="Status">Null when no response arrived in time.</param>
sealed record ReadinessLook(int Node, long At, HttpStatusCode? Status, TimeSpan Took)
{
    public bool IsGreen => Status == HttpStatusCode.OK;
}

/// <summary>Checks the readiness of each node four times a second.</summary>
sealed class ReadinessWatch(IReadOnlyList<Node> nodes)
{
    static readonly TimeSpan interval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    readonly Lock adding = new();
    readonly List<ReadinessLook> looks = [];

    public async Task Run(CancellationToken cancel)
    {
        await Task.WhenAll(Enumerable.Range(0, nodes.Count).Select(node => Watch(node, cancel)));
    }

    /// <summary>The checks of one node, or of all, between two times.</summary>
    public IReadOnlyList<ReadinessLook> Between(long from, long to, int? node)
    {
        lock (adding)
            return [.. looks.Where(look => look.At >= from && look.At <= to && (node is null || look.Node == node))];
    }

    async Task Watch(int node, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var at = Stopwatch.GetTimestamp();
            var status = await Look(node);
            lock (adding) looks.Add(new ReadinessLook(node, at, status, Stopwatch.GetElapsedTime(at)));
            await Task.Delay(interval, CancellationToken.None);
        }
    }

    async Task<HttpStatusCode?> Look(int node)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            using var answer = await nodes[node].Client.GetAsync("/health/ready", limit.Token);
            return answer.StatusCode;
        }
        catch (Exception none) when (none is HttpRequestException or SocketException or IOException
            or OperationCanceledException)
        {
            return null;
        }
    }
}
