using System.Buffers.Text;
using System.Text;
using Tiffin.Bench.OpenLoop;

namespace Tiffin.Bench.Traffic;

/// <summary>
/// Places orders of 1 to 5 lines, Zipf-distributed over the items. Requests are prepared in advance except for the
/// idempotency key, so that the load generator takes little CPU from the server.
/// </summary>
class PlaceTraffic : ITraffic
{
    public const string Kind = "place";
    const int Variants = 2_000;
    const int KeyDigits = 20;
    static readonly byte[] marker = Encoding.ASCII.GetBytes(new string('#', KeyDigits));

    readonly (byte[] Bytes, int KeyAt, int Kitchen)[] variants;
    readonly ulong first = (ulong)Random.Shared.NextInt64(1L << 62);
    long count;

    public PlaceTraffic(Keys keys, int kitchens)
    {
        var random = new Random(20261127);
        var baskets = new Baskets(random);
        variants = [.. Enumerable.Range(0, Variants).Select(i =>
        {
            var kitchen = random.Next(kitchens) + 1;
            return Variant(kitchen, baskets.Body(kitchen), keys.Channels[i % keys.Channels.Count]);
        })];
    }

    /// <summary>All orders are for the same item.</summary>
    public PlaceTraffic(Keys keys, string body) =>
        variants = [.. keys.Channels.Select(key => Variant(1, body, key))];

    public virtual Request Next(Span<byte> bytes) => Place(bytes);

    public virtual void Answered(Request request, int status, ReadOnlySpan<byte> body)
    {
        // Only the tally counts.
    }

    protected Request Place(Span<byte> bytes)
    {
        var number = (ulong)Interlocked.Increment(ref count);
        var (template, keyAt, kitchen) = variants[number % (ulong)variants.Length];
        template.CopyTo(bytes);
        Utf8Formatter.TryFormat(first + number, bytes.Slice(keyAt, KeyDigits), out _, new('D', KeyDigits));
        return new Request(Kind, template.Length, kitchen);
    }

    static (byte[], int, int) Variant(int kitchen, string body, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(
            "POST /v1/orders HTTP/1.1\r\nHost: bench\r\n" + $"Authorization: Bearer {key}\r\n"
            + $"Idempotency-Key: {new string('#', KeyDigits)}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        return (bytes, bytes.AsSpan().IndexOf(marker), kitchen);
    }
}
