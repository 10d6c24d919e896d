using System.Collections.Concurrent;

namespace Tiffin.Bench.Traffic;

/// <summary>An order placed by the load generator, and its number of status changes.</summary>
sealed record OrderAt(string Id, int Kitchen, string TrackPath, int Moves = 0);

/// <summary>Orders placed by the load generator: recent ones to read, and open ones whose status can change.</summary>
sealed class OrderBook
{
    readonly OrderAt?[] newest = new OrderAt?[10_000];
    readonly ConcurrentQueue<OrderAt> open = [];
    int count;

    public int Count => Volatile.Read(ref count);

    public IEnumerable<OrderAt> Open => open;

    public void Add(OrderAt order)
    {
        newest[(uint)(Interlocked.Increment(ref count) - 1) % newest.Length] = order;
        open.Enqueue(order);
    }

    public OrderAt? Any() =>
        Count == 0 ? null : newest[Random.Shared.Next(Math.Min(Count, newest.Length))];

    /// <summary>Exclusive until it is returned.</summary>
    public OrderAt? TakeOpen() => open.TryDequeue(out var order) ? order : null;

    public void Return(OrderAt order) => open.Enqueue(order);
}
