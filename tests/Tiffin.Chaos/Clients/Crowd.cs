using Tiffin.Chaos.Cluster;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>All clients of a run.</summary>
sealed class Crowd : IDisposable
{
    const int HotSellers = 4;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    readonly ChainClient chain;
    readonly Shopper[] shoppers;
    readonly HotSeller[] sellers;
    readonly CancellationTokenSource enough = new();
    Task running = Task.CompletedTask;

    public Crowd(ChaosPlan plan, IReadOnlyList<Node> nodes, Acknowledgements acknowledgements)
    {
        chain = new ChainClient(nodes, Tally);
        shoppers = [.. Enumerable.Range(0, plan.Clients)
            .Select(number => new Shopper(number, plan, chain, acknowledgements))];
        sellers = [.. Enumerable.Range(0, HotSellers)
            .Select(number => new HotSeller(number, plan, chain, acknowledgements))];
    }

    public AnswerTally Tally { get; } = new();

    public ChainClient Chain => chain;

    /// <summary>Creates the chain and its stock before the first fault.</summary>
    public async Task<Ledger> Open(ChaosPlan plan, CancellationToken cancel)
    {
        foreach (var (path, body) in Menu.Entries(plan.Clients))
        {
            var answer = await chain.Ask(new Call(HttpMethod.Put, path, body), 0, patience, cancel);
            if (answer is not { IsSuccess: true })
                throw new InvalidOperationException($"PUT {path} answered {answer?.ToString() ?? "nothing"}");
        }
        var ledger = new Ledger();
        var stock = new StockDesk(chain, ledger);
        foreach (var kitchen in Menu.Kitchens)
            foreach (var sku in Menu.Skus.Append(Menu.HotSku))
            {
                if (sku == Menu.HotSku && kitchen != Menu.HotKitchen) continue;
                var opening = Menu.OpeningOf(sku);
                await stock.Record($"open-{kitchen}-{sku}", kitchen, sku, "received", opening, opening, 0, cancel);
            }
        return ledger;
    }

    public void Start() => running = Task.WhenAll(
        [.. shoppers.Select(shopper => shopper.Run(enough.Token)),
            .. sellers.Select(seller => seller.Run(enough.Token))]);

    public void Dispose() => enough.Dispose();

    public async Task<Ledger> Stop(Ledger opened)
    {
        await enough.CancelAsync();
        await running;
        return Ledger.Merge([opened, .. shoppers.Select(shopper => shopper.Ledger),
            .. sellers.Select(seller => seller.Ledger)]);
    }

    /// <summary>
    /// Repeats each key whose outcome is unknown, and each refused key with an unanswered attempt: afterwards every
    /// outcome in the ledger is certain.
    /// </summary>
    public async Task Resolve(Ledger ledger, Acknowledgements acknowledgements)
    {
        var (orders, stock) = (new OrderDesk(chain, ledger, acknowledgements), new StockDesk(chain, ledger));
        foreach (var entry in ledger.Orders.Where(IsOpen).ToList())
            for (var i = 0; i < 2 && IsOpen(entry); i++)
                await orders.Place(entry, i, patience, CancellationToken.None);
        foreach (var entry in ledger.Movements.Where(IsOpen).ToList())
            for (var i = 0; i < 2 && IsOpen(entry); i++)
                await stock.Record(entry, i, patience, CancellationToken.None);
    }

    /// <summary>Repeats a random selection of the keys that were answered with 201.</summary>
    public async Task ReplaySome(Ledger ledger, int seed, int count)
    {
        var desk = new OrderDesk(chain, ledger, new Acknowledgements(chain.Nodes));
        var random = new Random(seed);
        var placed = ledger.Orders.Where(order => order.Outcome == Outcome.Done).ToArray();
        random.Shuffle(placed);
        foreach (var entry in placed.Take(count))
            await desk.Replay(entry, random.Next(chain.Nodes), patience, CancellationToken.None);
    }

    /// <summary>The history of the hot level, with operations that took effect at an unknown time.</summary>
    public IReadOnlyList<LevelOperation> History() =>
        [.. sellers.SelectMany(seller => seller.History),
            .. sellers.SelectMany(seller => seller.Open).Where(open => HasHappened(open.Entry))
                .Select(open => open.Operation)];

    static bool HasHappened(object entry) => entry switch
    {
        OrderEntry { Unresolved: not null } => true,
        OrderEntry order => order.Outcome == Outcome.Done,
        StockEntry movement => movement.Outcome == Outcome.Done,
        _ => false,
    };

    static bool IsOpen(OrderEntry entry) => entry.Outcome == Outcome.Unknown
        || (entry.Outcome == Outcome.Refused && entry.IsAmbiguous);

    static bool IsOpen(StockEntry entry) => entry.Outcome == Outcome.Unknown
        || (entry.Outcome == Outcome.Refused && entry.IsAmbiguous);
}
