using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>
/// A request to change state. A command declares the rows that it needs (<see cref="DeclareReads"/>) and decides on
/// them (<see cref="Decide"/>). Both are pure, so a retried batch makes the same decisions.
/// </summary>
public abstract record Command
{
    public required Caller Caller { get; init; }

    /// <summary>Validation errors that can be found without reading any rows.</summary>
    public virtual IReadOnlyList<Fault> Check()
    {
        var faults = new Faults();
        Check(faults);
        return faults.All;
    }

    protected internal virtual void Check(Faults faults) { }

    /// <summary>Declares the rows to load. Ignores unknown names; <see cref="Decide"/> rejects them.</summary>
    public abstract void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue);

    public abstract Decision Decide(Workset workset);

    protected static Decision.Refused Refuse(Refusal reason) => new(reason);

    protected internal static Decision.Refused Refuse(string pointer, string code, string message) =>
        new(new Refusal.Invalid(pointer, code, message));

    /// <summary>
    /// Whether it changes which rows other commands need. Rows declared before it ran may then be incomplete, so it
    /// must be the last command of its batch.
    /// </summary>
    public virtual bool EndsBatch => false;

    /// <summary>Whether load shedding rejects it first.</summary>
    public virtual bool IsShedFirst => false;
}

/// <summary>
/// The order versions that a caller accepts (<c>If-Match</c>): one of them must be current. An empty list matches no
/// order.
/// </summary>
public sealed record IfVersion(IReadOnlyList<int> Versions)
{
    public bool Matches(int version) => Versions.Contains(version);
}

/// <summary>
/// A command with an idempotency key: executed at most once per caller and key. A refused command may be repeated.
/// </summary>
public abstract record IdempotentCommand : Command
{
    public required RequestKey Key { get; init; }

    /// <summary>Hash of the request; detects that a key is reused for a different request.</summary>
    public required Guid Fingerprint { get; init; }

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) => rows.Requests.Add(Key);

    public sealed override Decision Decide(Workset workset)
    {
        if (workset.Requests.TryGetValue(Key, out var first))
            return Request.Check(first) is { } reused ? Refuse(reused) : new Decision.Replayed(Key);
        var decision = DecideNew(workset);
        return decision is Decision.Accepted accepted ? accepted with { Request = Request } : decision;
    }

    /// <summary>The decision on a new key.</summary>
    protected abstract Decision DecideNew(Workset workset);

    IdempotentRequest Request => new(Key, Fingerprint);
}

/// <summary>
/// An idempotency key, hashed together with its caller, so that keys of different callers cannot collide.
/// </summary>
public readonly record struct RequestKey(Guid Hash);

/// <summary>A request with an idempotency key, and the hash of the request.</summary>
public readonly record struct IdempotentRequest(RequestKey Key, Guid Fingerprint)
{
    /// <summary>
    /// Compares with the fingerprint of the first request with the key; null if this request repeats that one.
    /// </summary>
    public Refusal? Check(Guid first) => first == Fingerprint ? null : new Refusal.KeyReused();
}

/// <summary>
/// A channel's own identifier of an order. Unique across kitchens; only after a cancellation may an order in another
/// kitchen take it over.
/// </summary>
public readonly record struct ExternalReference(string Channel, string Reference);

/// <summary>A customer. Customer ids are unique only within a channel.</summary>
public readonly record struct CustomerKey(string Channel, string CustomerId);

/// <summary>The rows that a batch of commands declares to need (its read set).</summary>
public sealed class ReadSet
{
    public HashSet<StockKey> Stocks { get; } = [];
    public HashSet<Guid> Orders { get; } = [];

    /// <summary>Orders to load together with the stock of their ingredients, which may be returned or taken.</summary>
    public HashSet<Guid> OrdersWithStock { get; } = [];
    public HashSet<RequestKey> Requests { get; } = [];
    public HashSet<ExternalReference> References { get; } = [];

    /// <summary>Customers whose open orders are loaded, because their number is limited.</summary>
    public HashSet<CustomerKey> Customers { get; } = [];

    /// <summary>Kitchens whose last order number of the current day is loaded.</summary>
    public HashSet<int> Numbers { get; } = [];

    /// <summary>Kitchens whose queue is loaded.</summary>
    public HashSet<int> Queues { get; } = [];

    /// <summary>Days whose last order number is loaded.</summary>
    public HashSet<KitchenDay> NumberDays { get; } = [];
}
