namespace Tiffin.Chaos.Ledgers;

/// <summary>What a client knows about the outcome of a request.</summary>
enum Outcome
{
    /// <summary>No final response arrived; the key is repeated at the end.</summary>
    Unknown,
    Done,
    Refused,
}

/// <summary>An order as its client recorded it.</summary>
sealed class OrderEntry
{
    public required string Key { get; init; }

    public required string Body { get; init; }

    public required string Kitchen { get; init; }

    public required IReadOnlyList<(string Item, int Quantity)> Lines { get; init; }

    public Outcome Outcome { get; set; }

    /// <summary>An attempt was unanswered, so a later refusal may not be final.</summary>
    public bool IsAmbiguous { get; set; }

    public Guid Id { get; set; }

    /// <summary>SHA-256 of the acknowledged response, which every replay of the key must match.</summary>
    public byte[] AnswerHash { get; set; } = [];

    /// <summary>SHA-256 of the members that must never change: lines, totals, number, customer.</summary>
    public byte[] ContentHash { get; set; } = [];

    /// <summary>The acknowledged statuses, in order.</summary>
    public List<string> Acknowledged { get; } = [];

    /// <summary>A requested move without a response.</summary>
    public string? Unresolved { get; set; }

    /// <summary>Whether a cancellation returns the stock.</summary>
    public bool Returns { get; set; }
}

/// <summary>A movement outside of orders, as its client recorded it.</summary>
sealed class StockEntry
{
    public required string Key { get; init; }

    public required string Body { get; init; }

    public required string Kitchen { get; init; }

    public required string Sku { get; init; }

    /// <summary>The change of the level; a level that is counted is used by one client only.</summary>
    public required long Delta { get; init; }

    public required string Kind { get; init; }

    public Outcome Outcome { get; set; }

    public bool IsAmbiguous { get; set; }
}

/// <summary>A response that no fault explains.</summary>
sealed record Surprise(string Request, string Answer);

/// <summary>Everything that one client did; merged after the run.</summary>
sealed class Ledger
{
    public List<OrderEntry> Orders { get; } = [];

    public List<StockEntry> Movements { get; } = [];

    public List<Surprise> Surprises { get; } = [];

    public long Replays { get; set; }

    /// <summary>Keys whose replay differed.</summary>
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
