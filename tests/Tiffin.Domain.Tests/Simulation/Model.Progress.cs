using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Simulation;

/// <summary>
/// The progress of each line, and the stock that is wasted when an order is cancelled.
/// </summary>
sealed partial class Model
{
    string Progress(ChangeProgress change)
    {
        if (change.Lines.Count == 0) return "/lines count_out_of_range";
        if (!tickets.TryGetValue(change.OrderId, out var ticket)) return "no such order";
        if (change.IfVersion is { } seen && !seen.Matches(ticket.Version)) return $"stale, is v{ticket.Version}";
        var unknown = Enumerable.Range(0, change.Lines.Count).Where(i => change.Lines[i] >= ticket.Lines.Length);
        if (unknown.Any()) return string.Join(", ", unknown.Select(i => $"/lines/{i} unknown_line"));
        var to = change.To.ToString();
        var moving = change.Lines.Where(line => ticket.Progress[line] != to).ToArray();
        if (moving.Length == 0) return $"unchanged: order {Answer.NumberOf(change.OrderId)}";
        if (ticket.Status is not ("Placed" or "Accepted" or "Preparing")) return $"finished, is {ticket.Status}";
        if (IsHeld(ticket)) return $"not released{Answer.Of(ticket.Release)}";

        var answers = new List<string>();
        foreach (var skipped in ticket.Status switch
        {
            "Placed" => new[] { "Accepted", "Preparing" },
            "Accepted" => ["Preparing"],
            _ => [],
        })
            answers.Add($"{skipped} v{++ticket.Version} implied");
        if (Answered(ticket) is { Length: > 0 } answered) answers.Add(answered[2..]);
        ticket.Status = "Preparing";
        ticket.Work = 0;
        answers.Add(string.Join(", ", moving.Select(line => $"{line} {ticket.Progress[line]}>{to}"))
            + $" v{++ticket.Version}");
        foreach (var line in moving) ticket.Progress[line] = to;
        ticket.HasProgress = true;
        if (kitchens[ticket.Kitchen].Times.ReadyWhenDone && ticket.Progress.All(state => state == "Done"))
        {
            ticket.Status = "Ready";
            Reach(ticket, "Ready", null);
            answers.Add($"Ready v{++ticket.Version} implied");
        }
        return string.Join("; ", answers);
    }

    /// <summary>The quantity of each ingredient that a cancellation now would waste.</summary>
    Dictionary<string, long> Wasted(Ticket ticket, StockDisposition? chosen)
    {
        var isCooked = ticket.Status is "Ready" or "OutForDelivery";
        var isByLine = chosen == StockDisposition.ByProgress || (chosen is null && ticket.HasProgress);
        var all = chosen == StockDisposition.Waste || (chosen != StockDisposition.Return && isCooked);
        if (all || !isByLine) return ticket.Taken.ToDictionary(took => took.Key, took => all ? took.Value : 0);
        var started = ticket.Lines.Where((_, line) => ticket.Progress[line] != "Waiting").ToArray();
        var (begun, needed) = (Needs(started), Needs(ticket.Lines));
        return ticket.Taken.ToDictionary(took => took.Key, took => Part(took.Key, took.Value));

        long Part(string sku, long taken) => (started.Length, needed.GetValueOrDefault(sku)) switch
        {
            (0, _) => 0,
            (_, 0) => taken,
            (_, var whole) => (long)Math.Ceiling((decimal)taken * begun.GetValueOrDefault(sku) / whole),
        };
    }
}
