using System.Globalization;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>
/// Sells, takes back, receives, wastes and reads one scarce ingredient, and records the times of each request and
/// response: the history that must be linearizable.
/// </summary>
sealed class HotSeller(int number, ChaosPlan plan, ChainClient chain, Acknowledgements acknowledgements)
{
    const double PauseSeconds = 0.15;

    readonly Random random = new(HashCode.Combine(plan.Seed, "hot", number));
    readonly List<OrderEntry> sold = [];
    OrderDesk orders = null!;
    StockDesk stock = null!;
    int requests;

    public Ledger Ledger { get; } = new();

    public List<LevelOperation> History { get; } = [];

    /// <summary>Entries whose outcome is known only at the end, each with the change that it would make.</summary>
    public List<(object Entry, LevelOperation Operation)> Open { get; } = [];

    public async Task Run(CancellationToken cancel)
    {
        (orders, stock) = (new OrderDesk(chain, Ledger, acknowledgements), new StockDesk(chain, Ledger));
        while (!cancel.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(PauseSeconds * 2 * random.NextDouble()), CancellationToken.None);
            await (random.Next(10) switch
            {
                < 4 => Sell(cancel),
                4 => TakeBack(cancel),
                5 => Record("received", random.Next(1, 5), cancel),
                6 => Record("wasted", random.Next(1, 3), cancel),
                _ => Read(),
            });
        }
    }

    string NextKey() => string.Create(CultureInfo.InvariantCulture, $"{plan.Seed}-hot{number}-{++requests}");

    int AnyNode() => random.Next(chain.Nodes);

    async Task Sell(CancellationToken cancel)
    {
        var (quantity, asked) = (random.Next(1, 4), System.Diagnostics.Stopwatch.GetTimestamp());
        var (entry, answer) = await orders.Place(
            NextKey(), Menu.HotKitchen, [(Menu.HotItem, quantity)], AnyNode(), cancel);
        if (entry.Outcome == Outcome.Done) sold.Add(entry);
        WriteDown(entry, entry.Outcome, -quantity, asked, answer);
    }

    async Task Record(string kind, int quantity, CancellationToken cancel)
    {
        var (delta, asked) = (kind == "wasted" ? -quantity : quantity, System.Diagnostics.Stopwatch.GetTimestamp());
        var (entry, answer) = await stock.Record(
            NextKey(), Menu.HotKitchen, Menu.HotSku, kind, quantity, delta, AnyNode(), cancel);
        WriteDown(entry, entry.Outcome, delta, asked, answer);
    }

    async Task TakeBack(CancellationToken cancel)
    {
        if (sold.Count == 0) return;
        var order = sold[random.Next(sold.Count)];
        sold.Remove(order);
        var asked = System.Diagnostics.Stopwatch.GetTimestamp();
        var isThere = await orders.Move(order, "cancelled", returns: true, AnyNode(), cancel);
        var change = new LevelOperation(
            LevelAction.Change, order.Lines[0].Quantity, asked, System.Diagnostics.Stopwatch.GetTimestamp());
        if (isThere) History.Add(change);
        else if (order.Unresolved is not null) Open.Add((order, change with { Answered = long.MaxValue }));
    }

    async Task Read()
    {
        if (await stock.Read(Menu.HotKitchen, Menu.HotSku, AnyNode()) is var (onHand, answer))
            History.Add(new LevelOperation(LevelAction.Read, onHand, answer.Asked, answer.Answered));
    }

    /// <summary>
    /// A refusal after an unanswered attempt counts as both: the level was too low at one time, and the attempt may
    /// have taken effect at another.
    /// </summary>
    void WriteDown(object entry, Outcome outcome, long delta, long asked, Answer? answer)
    {
        var change = new LevelOperation(LevelAction.Change, delta, asked, answer?.Answered ?? long.MaxValue);
        if (outcome == Outcome.Done) History.Add(change);
        if (outcome == Outcome.Refused) History.Add(change with { Action = LevelAction.Refusal, Amount = -delta });
        if (outcome == Outcome.Unknown || (outcome == Outcome.Refused && answer!.IsAmbiguous))
            Open.Add((entry, change with { Answered = long.MaxValue }));
    }
}
