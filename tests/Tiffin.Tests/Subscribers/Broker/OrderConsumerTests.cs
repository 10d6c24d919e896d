using System.Collections.Concurrent;
using System.Diagnostics;
using RabbitMQ.Client;
using Tiffin.Tests.Support;
using static Tiffin.Tests.Subscribers.Broker.BrokerTests;

namespace Tiffin.Tests.Subscribers.Broker;

/// <summary>The sample consumer, in a separate process.</summary>
[Collection("RabbitMQ")]
public sealed class OrderConsumerTests : IDisposable
{
    readonly string file = Path.GetTempFileName();
    readonly ConcurrentQueue<string> lines = [];

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task The_consumer_prints_each_event_once_despite_repetitions_and_a_restart()
    {
        var url = await RabbitMqFixture.CreateVirtualHost();
        await using var server = await Start(url);
        await SmallChain.Open(server);
        using (var first = Consumer(url))
        {
            await Eventually.Holds(
                () => lines, all => all.Any(line => line.StartsWith("Waiting", StringComparison.Ordinal)));
            await Placed(server);
            // It has stored both ids, each on its own line.
            await Eventually.Holds(
                () => (Events, Remembered: new FileInfo(file).Length),
                seen => seen.Events.Count >= 2 && seen.Remembered >= 2 * (36 + 1));
            await End(first);
        }
        await Placed(server);
        await Drained(server);
        await RepeatEverything(url);

        using var second = Consumer(url);
        await Placed(server);
        await Eventually.Holds(() => Events, events => events.Count >= 6);
        await End(second);

        Events.Count.ShouldBe(6);
        Events.Select(line => long.Parse(line.Split(' ')[0])).ShouldBeInOrder(SortDirection.Ascending);
        Events.Select(line => line.Split(' ')[1]).ShouldBe(
            Enumerable.Repeat(new[] { "order.placed", "order.accepted" }, 3).SelectMany(pair => pair));
    }

    List<string> Events => [.. lines.Where(line => char.IsDigit(line[0]))];

    /// <summary>
    /// Publishes the same messages with the same ids again, as a publisher does that got no confirms.
    /// </summary>
    static async Task RepeatEverything(Uri url)
    {
        await using var connection = await new ConnectionFactory { Uri = url }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new(true, true));
        var taken = new List<BasicGetResult>();
        while (await channel.BasicGetAsync("order-consumer", autoAck: true) is { } message) taken.Add(message);
        taken.Count.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var message in taken.Concat(taken))
            await channel.BasicPublishAsync("", "order-consumer", mandatory: true,
                new BasicProperties { MessageId = message.BasicProperties.MessageId }, message.Body);
    }

    Process Consumer(Uri url)
    {
        // Its own build output, of the same configuration: it brings its own libraries.
        var mine = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(mine.Parent!.Parent!.FullName, "OrderConsumer", mine.Name, "OrderConsumer.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, url.AbsoluteUri, file])
        {
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) lines.Enqueue(text);
        };
        process.BeginOutputReadLine();
        return process;
    }

    static async Task End(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }
}
