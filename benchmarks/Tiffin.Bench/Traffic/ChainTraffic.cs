using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Traffic;

/// <summary>Shares of the request kinds; the rest reads stock and menus.</summary>
readonly record struct Mix(double Read, double Place, double Move)
{
    public static readonly Mix Steady = new(0.50, 0.25, 0.20);
    public static readonly Mix Moves = new(0, 0, 1);
}

/// <summary>
/// Mixed traffic of a chain: customers place and read orders, kitchens and couriers change statuses, screens read stock
/// and menus. Each order has at most one status change in flight, so that none is rejected.
/// </summary>
sealed class ChainTraffic : PlaceTraffic
{
    readonly Keys keys;
    readonly Mix mix;
    readonly OrderBook orders;
    readonly int kitchens;

    public ChainTraffic(Keys keys, Mix mix, OrderBook orders, int kitchens) : base(keys, kitchens) =>
        (this.keys, this.mix, this.orders, this.kitchens) = (keys, mix, orders, kitchens);

    static readonly string[] moves = ["preparing", "ready", "out_for_delivery", "delivered"];

    public override Request Next(Span<byte> bytes)
    {
        var choice = Random.Shared.NextDouble();
        if ((choice -= mix.Read) < 0) return orders.Any() is { } seen ? Read(bytes, seen) : Place(bytes);
        if ((choice -= mix.Place) < 0) return Place(bytes);
        if (choice - mix.Move < 0) return orders.TakeOpen() is { } open ? Move(bytes, open) : Place(bytes);
        return Look(bytes);
    }

    public override void Answered(Request request, int status, ReadOnlySpan<byte> body)
    {
        if (request.About is OrderAt order && request.Kind == "move")
        {
            var next = Tally.IsGood(status) ? order with { Moves = order.Moves + 1 } : order;
            if (next.Moves < moves.Length) orders.Return(next);
        }
        else if (request.Kind == Kind && status == 201)
        {
            var token = Text(body, "\"trackingUrl\":\""u8).Split('/')[^1];
            orders.Add(new OrderAt(Text(body, "\"id\":\""u8), (int)request.About!, $"/v1/track/{token}"));
        }
    }

    Request Read(Span<byte> bytes, OrderAt order) =>
        Write(bytes, "read", $"GET /v1/orders/{order.Id}", Channel(order.Kitchen));

    Request Look(Span<byte> bytes)
    {
        var kitchen = Random.Shared.Next(kitchens) + 1;
        return Random.Shared.Next(2) == 0
            ? Write(bytes, "menu", $"GET /v1/kitchens/kitchen-{kitchen}/menu?brandId=brand-1", Kitchen(kitchen))
            : Write(bytes, "stock", $"GET /v1/kitchens/kitchen-{kitchen}/stock?limit=50", Kitchen(kitchen));
    }

    Request Move(Span<byte> bytes, OrderAt order)
    {
        var key = order.Moves < 2 ? Kitchen(order.Kitchen) : Channel(order.Kitchen);
        return Write(bytes, "move", $"PUT /v1/orders/{order.Id}/status", key,
            $"{{\"status\":\"{moves[order.Moves]}\"}}", order);
    }

    string Channel(int kitchen) => keys.Channels[kitchen % keys.Channels.Count];

    string Kitchen(int kitchen) => keys.Kitchens[kitchen - 1];

    static Request Write(
        Span<byte> bytes, string kind, string line, string key, string? body = null, object? about = null)
    {
        var content = body is null
            ? "\r\n"
            : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        var length = Encoding.ASCII.GetBytes(
            $"{line} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n{content}", bytes);
        return new Request(kind, length, about);
    }

    static string Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> before)
    {
        var from = json[(json.IndexOf(before) + before.Length)..];
        return Encoding.ASCII.GetString(from[..from.IndexOf((byte)'"')]);
    }
}
