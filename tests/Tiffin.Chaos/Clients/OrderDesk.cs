using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tiffin.Chaos.Ledgers;

namespace Tiffin.Chaos.Clients;

/// <summary>Places, moves and repeats orders for one client, and records the outcomes.</summary>
sealed class OrderDesk(ChainClient chain, Ledger ledger, Acknowledgements acknowledgements)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The only refusal that a sound chain gives.</summary>
    const string OutOfStock = "out_of_stock";

    public async Task<(OrderEntry Entry, Answer? Answer)> Place(
        string key, string kitchen, IReadOnlyList<(string Item, int Quantity)> lines, int node,
        CancellationToken cancel)
    {
        var entry = new OrderEntry { Key = key, Kitchen = kitchen, Lines = lines, Body = Body(key, kitchen, lines) };
        ledger.Orders.Add(entry);
        return (entry, await Place(entry, node, Patience, cancel));
    }

    /// <summary>Sends the order, for the first time or again at the end, and records the outcome.</summary>
    public async Task<Answer?> Place(OrderEntry entry, int node, TimeSpan patience, CancellationToken cancel)
    {
        var answer = await chain.Ask(CallOf(entry), node, patience, cancel);
        entry.IsAmbiguous = answer?.IsAmbiguous ?? true;
        entry.Outcome = answer switch
        {
            null => Outcome.Unknown,
            { Status: HttpStatusCode.Created } => Outcome.Done,
            _ => Outcome.Refused,
        };
        if (answer is { Status: HttpStatusCode.Created })
        {
            acknowledgements.Add(answer.Node, answer.Asked);
            var order = answer.Json;
            (entry.Id, entry.AnswerHash) = (order.GetProperty("id").GetGuid(), SHA256.HashData(answer.Body));
            entry.ContentHash = HashOfContent(order);
        }
        else if (answer is not null && answer.Code != OutOfStock)
        {
            ledger.Surprises.Add(new Surprise($"place {entry.Key}", $"{answer}"));
        }
        return answer;
    }

    /// <summary>Repeats the key; the response must equal the first one byte for byte.</summary>
    public async Task Replay(OrderEntry entry, int node, TimeSpan patience, CancellationToken cancel)
    {
        if (await chain.Ask(CallOf(entry), node, patience, cancel) is not { } answer) return;
        ledger.Replays++;
        if (answer.Status != HttpStatusCode.Created || !SHA256.HashData(answer.Body).SequenceEqual(entry.AnswerHash))
            ledger.DifferentReplays.Add($"{entry.Key} now answers {answer}");
    }

    /// <summary>True when the order has the requested status.</summary>
    public async Task<bool> Move(OrderEntry entry, string status, bool returns, int node, CancellationToken cancel)
    {
        var body = status == "cancelled"
            ? $$"""{"status":"cancelled","reason":"customer_called","stock":"{{(returns ? "return" : "waste")}}"}"""
            : $$"""{"status":"{{status}}"}""";
        (entry.Unresolved, entry.Returns) = (status, status == "cancelled" && returns);
        var call = new Call(HttpMethod.Put, $"/v1/orders/{entry.Id}/status", body);
        if (await chain.Ask(call, node, Patience, cancel) is not { } answer) return false;
        entry.Unresolved = null;
        if (answer.IsSuccess) entry.Acknowledged.Add(status);
        else ledger.Surprises.Add(new Surprise($"move {entry.Id} to {status}", $"{answer}"));
        return answer.IsSuccess;
    }

    static Call CallOf(OrderEntry entry) => new(HttpMethod.Post, "/v1/orders", entry.Body, entry.Key);

    static string Body(string key, string kitchen, IReadOnlyList<(string Item, int Quantity)> lines) =>
        JsonSerializer.Serialize(new
        {
            kitchenId = kitchen,
            brandId = "tiffin",
            channel = "app",
            customer = new { name = $"Customer {key}", phone = "+919800000000" },
            fulfilment = new
            {
                type = "delivery",
                address = new
                {
                    line1 = "12 MG Road", locality = "Ashok Nagar", city = "Bengaluru", postcode = "560001",
                    country = "IN",
                },
            },
            lines = lines.Select(line => new { itemId = line.Item, quantity = line.Quantity }),
            metadata = new { key },
        });

    /// <summary>Covers the members that no move may change, as every view of the order contains them.</summary>
    public static byte[] HashOfContent(JsonElement order)
    {
        var text = new StringBuilder();
        foreach (var member in (string[])["number", "kitchenId", "brandId", "channel", "placedAt", "lines", "totals",
            "metadata", "customer", "fulfilment"])
            text.Append(member).Append(order.GetProperty(member).GetRawText());
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
