using System.Globalization;
using System.Net;
using System.Text.Json;
using Tiffin.Chaos.Clients;

namespace Tiffin.Chaos.Checks;

/// <summary>Reads everything from the API after all faults are healed and nothing changes any more.</summary>
sealed class EvidenceReader(ChainClient chain)
{
    const int PageSize = 200;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    public async Task<Evidence> Read(IEnumerable<EventReader> readers, CancellationToken cancel)
    {
        var events = await Events(cancel);
        await CaughtUp(readers, events.Count, cancel);
        return new Evidence(
            await Orders(cancel), events, await Levels(cancel),
            [.. readers.Select(reader => new Reading(reader.Name, reader.Received))]);
    }

    async Task<List<SeenOrder>> Orders(CancellationToken cancel)
    {
        var orders = new List<SeenOrder>();
        await foreach (var order in Pages("/v1/orders", cancel))
            orders.Add(new SeenOrder(
                order.GetProperty("id").GetGuid(),
                order.TryGetProperty("metadata", out var metadata) ? metadata.GetProperty("key").GetString()! : "",
                order.GetProperty("status").GetString()!, order.GetProperty("version").GetInt32(),
                OrderDesk.HashOfContent(order),
                [.. order.GetProperty("timeline").EnumerateArray()
                    .Select(step => step.GetProperty("status").GetString()!)]));
        return orders;
    }

    async Task<Dictionary<(string, string), long>> Levels(CancellationToken cancel)
    {
        var levels = new Dictionary<(string, string), long>();
        foreach (var kitchen in Menu.Kitchens)
            await foreach (var level in Pages($"/v1/kitchens/{kitchen}/stock", cancel))
                levels[(kitchen, level.GetProperty("sku").GetString()!)] = level.GetProperty("onHand").GetInt64();
        return levels;
    }

    /// <summary>Reads the whole log, until a page is empty.</summary>
    async Task<List<SeenEvent>> Events(CancellationToken cancel)
    {
        var events = new List<SeenEvent>();
        for (var (after, count) = ("0", -1); count != 0;)
        {
            using var page = await Get($"/v1/events?after={after}&limit={PageSize}", cancel);
            after = page.RootElement.GetProperty("nextCursor").GetString()!;
            count = page.RootElement.GetProperty("data").GetArrayLength();
            events.AddRange(page.RootElement.GetProperty("data").EnumerateArray().Select(Seen));
        }
        return events;
    }

    static SeenEvent Seen(JsonElement happened)
    {
        var data = happened.GetProperty("data");
        var subject = happened.GetProperty("subject").GetString()!;
        var isOrder = subject.StartsWith("orders/", StringComparison.Ordinal);
        return new SeenEvent(
            long.Parse(happened.GetProperty("position").GetString()!, CultureInfo.InvariantCulture),
            happened.GetProperty("id").GetGuid(),
            isOrder ? Guid.Parse(subject["orders/".Length..]) : null,
            isOrder
                ? int.Parse(happened.GetProperty("sequence").GetString()!, CultureInfo.InvariantCulture)
                : null,
            [.. Changes(data, happened)]);
    }

    static IEnumerable<(string, string, long)> Changes(JsonElement data, JsonElement happened)
    {
        if (data.TryGetProperty("stock", out var stock) && stock.ValueKind == JsonValueKind.Array)
            foreach (var change in stock.EnumerateArray())
                yield return (happened.GetProperty("kitchenid").GetString()!,
                    change.GetProperty("sku").GetString()!, change.GetProperty("delta").GetInt64());
        else if (data.TryGetProperty("delta", out var delta) && data.TryGetProperty("sku", out var sku))
            yield return (data.GetProperty("kitchenId").GetString()!, sku.GetString()!, delta.GetInt64());
    }

    async IAsyncEnumerable<JsonElement> Pages(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var at = cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            using var page = await Get($"{path}?limit={PageSize}{at}", cancel);
            foreach (var entry in page.RootElement.GetProperty("data").EnumerateArray()) yield return entry;
            cursor = page.RootElement.GetProperty("nextCursor").GetString();
        }
    }

    async Task<JsonDocument> Get(string path, CancellationToken cancel)
    {
        var answer = await chain.Ask(new Call(HttpMethod.Get, path), 0, patience, cancel);
        return answer is { Status: HttpStatusCode.OK }
            ? JsonDocument.Parse(answer.Body)
            : throw new InvalidOperationException($"GET {path} answered {answer?.ToString() ?? "nothing"}");
    }

    static async Task CaughtUp(IEnumerable<EventReader> readers, int position, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        // The checker reports a reader that does not catch up.
        while (readers.Any(reader => reader.Last < position) && !limit.IsCancellationRequested)
            await Task.Delay(100, CancellationToken.None);
    }
}
