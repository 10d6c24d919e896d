using System.Net;
using System.Text.Json;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>Records stock movements for one client, and their outcomes.</summary>
sealed class StockDesk(ChainClient chain, Ledger ledger)
{
    const string NotEnough = "not_enough_stock";

    /// <param name="quantity">The quantity in the request.</param>
    /// <param name="delta">The resulting change of the level.</param>
    public async Task<(StockEntry Entry, Answer? Answer)> Record(
        string key, string kitchen, string sku, string kind, long quantity, long delta, int node,
        CancellationToken cancel)
    {
        var body = JsonSerializer.Serialize(new { movements = new[] { new { sku, kind, quantity } } });
        var entry = new StockEntry
        {
            Key = key, Body = body, Kitchen = kitchen, Sku = sku, Delta = delta, Kind = kind,
        };
        ledger.Movements.Add(entry);
        return (entry, await Record(entry, node, OrderDesk.Patience, cancel));
    }

    /// <summary>Sends the movement, for the first time or again at the end, and records the outcome.</summary>
    public async Task<Answer?> Record(StockEntry entry, int node, TimeSpan patience, CancellationToken cancel)
    {
        var call = new Call(
            HttpMethod.Post, $"/v1/kitchens/{entry.Kitchen}/stock/movements", entry.Body, entry.Key);
        var answer = await chain.Ask(call, node, patience, cancel);
        entry.IsAmbiguous = answer?.IsAmbiguous ?? true;
        entry.Outcome = answer switch
        {
            null => Outcome.Unknown,
            { Status: HttpStatusCode.Created } => Outcome.Done,
            _ => Outcome.Refused,
        };
        if (answer is { IsSuccess: false } && answer.Code != NotEnough)
            ledger.Surprises.Add(new Surprise($"record {entry.Key}", $"{answer}"));
        return answer;
    }

    /// <summary>Reads a level at one node; null without a response.</summary>
    public async Task<(long OnHand, Answer Answer)?> Read(string kitchen, string sku, int node)
    {
        var (answer, _) = await chain.Try(new Call(HttpMethod.Get, $"/v1/kitchens/{kitchen}/stock/{sku}"), node);
        if (answer is null) return null;
        if (answer.IsSuccess) return (answer.Json.GetProperty("onHand").GetInt64(), answer);
        ledger.Surprises.Add(new Surprise($"read {kitchen}/{sku}", $"{answer}"));
        return null;
    }
}
