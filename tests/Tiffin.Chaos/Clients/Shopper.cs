using System.Globalization;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>Places orders, delivers or cancels them, repeats old keys, and records stock movements.</summary>
sealed class Shopper(int number, ChaosPlan plan, ChainClient chain, Acknowledgements acknowledgements)
{
    const int OpenMax = 20;
    const int LinesMax = 3;
    static readonly string[] forward = ["accepted", "preparing", "ready", "out_for_delivery", "delivered"];

    readonly Random random = new(HashCode.Combine(plan.Seed, number));
    readonly List<OrderEntry> open = [];
    readonly List<OrderEntry> placed = [];
    readonly string jar = Menu.JarOf(number);
    OrderDesk orders = null!;
    StockDesk stock = null!;
    int requests;
    long inJar;
    bool isJarKnown = true;

    public Ledger Ledger { get; } = new();

    public async Task Run(CancellationToken cancel)
    {
        (orders, stock) = (new OrderDesk(chain, Ledger, acknowledgements), new StockDesk(chain, Ledger));
        var pause = plan.Clients / plan.Rate;
        while (!cancel.IsCancellationRequested)
        {
            await Pause(pause, cancel);
            await Place(cancel);
            if (random.NextDouble() < 0.9) await Move(cancel);
            if (random.NextDouble() < 0.8) await Move(cancel);
            if (random.NextDouble() < 0.25) await Replay(cancel);
            if (random.NextDouble() < 0.25) await Stock(cancel);
            if (random.NextDouble() < 0.1) await Jar(cancel);
        }
    }

    async Task Pause(double mean, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(mean * (0.5 + random.NextDouble())), cancel);
        }
        catch (OperationCanceledException)
        {
            // The run is over; the loop ends next.
        }
    }

    int AnyNode() => random.Next(chain.Nodes);

    string NextKey() => string.Create(CultureInfo.InvariantCulture, $"{plan.Seed}-{number}-{++requests}");

    async Task Place(CancellationToken cancel)
    {
        var items = Menu.Items.ToArray();
        random.Shuffle(items);
        var lines = items.Take(random.Next(1, LinesMax + 1)).Select(item => (item, random.Next(1, 4))).ToList();
        var (entry, _) = await orders.Place(NextKey(), Any(Menu.Kitchens), lines, AnyNode(), cancel);
        if (entry.Outcome != Outcome.Done) return;
        placed.Add(entry);
        open.Add(entry);
        // The oldest orders keep their status.
        if (open.Count > OpenMax) open.RemoveAt(0);
    }

    async Task Move(CancellationToken cancel)
    {
        if (open.Count == 0) return;
        var order = open[random.Next(open.Count)];
        var at = order.Acknowledged.Count == 0 ? 0 : Array.IndexOf(forward, order.Acknowledged[^1]);
        var isCancelled = random.NextDouble() < 0.12;
        var status = isCancelled ? "cancelled" : forward[at + 1];
        var isThere = await orders.Move(order, status, random.NextDouble() < 0.8, AnyNode(), cancel);
        if (!isThere || isCancelled || status == forward[^1]) open.Remove(order);
    }

    async Task Replay(CancellationToken cancel)
    {
        if (placed.Count > 0) await orders.Replay(Any(placed), AnyNode(), OrderDesk.Patience, cancel);
    }

    async Task Stock(CancellationToken cancel)
    {
        var (kitchen, sku) = (Any(Menu.Kitchens), Any(Menu.Skus));
        var wastes = random.NextDouble() < 0.3;
        var quantity = sku == "curd" ? random.Next(1, 4) : random.Next(1, 1_000);
        await stock.Record(
            NextKey(), kitchen, sku, wastes ? "wasted" : "received", quantity, wastes ? -quantity : quantity, AnyNode(),
            cancel);
    }

    /// <summary>A count sets a level, so only the client that knows the level can compute the change.</summary>
    async Task Jar(CancellationToken cancel)
    {
        if (!isJarKnown) return;
        var (kind, quantity, delta) = random.Next(4) switch
        {
            0 when inJar > 0 => ("wasted", 1 + random.NextInt64(inJar), 0L),
            1 => ("corrected", 1 + random.NextInt64(50), 0L),
            2 => ("counted", random.NextInt64(500), 0L),
            _ => ("received", 1 + random.NextInt64(500), 0L),
        };
        delta = kind switch { "wasted" => -quantity, "counted" => quantity - inJar, _ => quantity };
        var (entry, _) = await stock.Record(
            NextKey(), Menu.HotKitchen, jar, kind, quantity, delta, AnyNode(), cancel);
        if (entry.Outcome == Outcome.Done) inJar += delta;
        else isJarKnown = false;
    }

    T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
