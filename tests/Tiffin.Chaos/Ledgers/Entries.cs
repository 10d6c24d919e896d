namespace Tiffin.Chaos.Ledgers;

/// <summary>What a client knows of a request.</summary>
enum Outcome
{
    /// <summary>No final answer came; the key is asked for again at the end.</summary>
    Unknown,
    Done,
    Refused,
}

/// <summary>An order as its client wrote it down.</summary>
sealed class OrderEntry
{
    public required string Key { get; init; }

    public required string Body { get; init; }

    public required string Kitchen { get; init; }

    public required IReadOnlyList<(string Item, int Quantity)> Lines { get; init; }

    public Outcome Outcome { get; set; }

    /// <summary>A try went unanswered, so a refusal that followed need not be the last word.</summary>
    public bool IsAmbiguous { get; set; }

    public Guid Id { get; set; }

    /// <summary>SHA-256 of the acknowledged bytes, which every repetition of the key must give again.</summary>
    public byte[] AnswerHash { get; set; } = [];

    /// <summary>SHA-256 of what must never change: lines, totals, number, customer.</summary>
    public byte[] ContentHash { get; set; } = [];

    /// <summary>The statuses that were acknowledged, in their order.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>A move that was asked for and never answered.</summary>
    public string? Unresolved { get; set; }

    /// <summary>What a cancellation said of the stock.</summary>
    public bool Returns { get; set; }
}

/// <summary>A movement that no order caused, as its client wrote it down.</summary>
sealed class StockEntry
{
    public required string Key { get; init; }

    public required string Body { get; init; }

    public required string Kitchen { get; init; }

    public required string Sku { get; init; }

    /// <summary>What it does to the level; the client that counts is the only one who uses its level.</summary>
    public required long Delta { get; init; }

    public required string Kind { get; init; }

    public Outcome Outcome { get; set; }

    public bool IsAmbiguous { get; set; }
}

/// <summary>An answer that must not come in any fault.</summary>
sealed record Surprise(string Request, string Answer);

/// <summary>Everything that one client did; merged when the run is over.</summary>
sealed class Ledger
{
    public List<OrderEntry> Orders { get; } = [];

    public List<StockEntry> Movements { get; } = [];

    public List<Surprise> Surprises { get; } = [];

    public long Replays { get; set; }

    /// <summary>Keys whose repetition gave other bytes.</summary>
    public List<string> DifferentReplays { get; } = [];

    public static Ledger Merge(IEnumerable<Ledger> ledgers)
    {
        var all = new Ledger();
        foreach (var one in ledgers)
        {
            all.Orders.AddRange(one.Orders);
            all.Movements.AddRange(one.Movements);
            all.Surprises.AddRange(one.Surprises);
            all.DifferentReplays.AddRange(one.DifferentReplays);
            all.Replays += one.Replays;
        }
        return all;
    }
}
