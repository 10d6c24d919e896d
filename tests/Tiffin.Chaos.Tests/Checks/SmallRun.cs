using Tiffin.Chaos.Checks;
using Tiffin.Chaos.Clients;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Tests.Checks;

/// <summary>
/// The ledger and the evidence of a sound run: 10 curd and 5 saffron are received; one order of two lassi is on its
/// way, one is cancelled with its lassi returned, and one was refused.
/// </summary>
sealed class SmallRun
{
    static readonly byte[] content = [1, 2, 3];

    public OrderEntry Moved { get; } = Order("moved", Outcome.Done, "preparing");

    public OrderEntry Cancelled { get; } = Order("cancelled", Outcome.Done, "cancelled");

    public OrderEntry Refused { get; } = Order("refused", Outcome.Refused);

    public Ledger Ledger { get; } = new();

    public List<SeenOrder> Orders { get; } = [];

    public List<SeenEvent> Events { get; } = [];

    public Dictionary<(string Kitchen, string Sku), long> Levels { get; } = [];

    public List<(long Position, Guid Id)> Received { get; } = [];

    public List<LevelOperation> History { get; } = [new(LevelAction.Read, Menu.HotStart, 1, 2)];

    public SmallRun()
    {
        Cancelled.Returns = true;
        Ledger.Orders.AddRange([Moved, Cancelled, Refused]);
        Receive("curd", 10);
        Receive(Menu.HotSku, Menu.HotStart);
        Happen(Moved, 1, -2);
        Happen(Moved, 2);
        Happen(Cancelled, 1, -2);
        Happen(Cancelled, 2);
        Happen(Moved, 3);
        Happen(Cancelled, 3, 2);
        Orders.Add(new SeenOrder(Moved.Id, Moved.Key, "preparing", 3, content, ["placed", "accepted", "preparing"]));
        Orders.Add(new SeenOrder(
            Cancelled.Id, Cancelled.Key, "cancelled", 3, content, ["placed", "accepted", "cancelled"]));
        Levels[("k1", "curd")] = 8;
        Levels[("k1", Menu.HotSku)] = Menu.HotStart;
        Received.AddRange(Events.Select(happened => (happened.Position, happened.Id)));
    }

    public IReadOnlyList<ViolationKind> Found() =>
        [.. Checker.Check(Ledger, new Evidence(Orders, Events, Levels, [new Reading("stream", Received)]), History)
            .Select(violation => violation.Kind).Distinct()];

    static OrderEntry Order(string key, Outcome outcome, params string[] moves)
    {
        var order = new OrderEntry
        {
            Key = key, Body = "{}", Kitchen = "k1", Lines = [("lassi", 2)], Outcome = outcome,
            Id = outcome == Outcome.Done ? Guid.CreateVersion7() : Guid.Empty, ContentHash = content,
        };
        order.Acknowledged.AddRange(moves);
        return order;
    }

    void Receive(string sku, long quantity)
    {
        Ledger.Movements.Add(new StockEntry
        {
            Key = $"receive-{sku}", Body = "{}", Kitchen = "k1", Sku = sku, Delta = quantity, Kind = "received",
            Outcome = Outcome.Done,
        });
        Events.Add(new SeenEvent(Events.Count + 1, Guid.CreateVersion7(), null, null, [("k1", sku, quantity)]));
    }

    void Happen(OrderEntry order, int sequence, long curd = 0) => Events.Add(new SeenEvent(
        Events.Count + 1, Guid.CreateVersion7(), order.Id, sequence, curd == 0 ? [] : [("k1", "curd", curd)]));
}
