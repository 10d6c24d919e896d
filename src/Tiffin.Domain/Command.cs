using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain;

/// <summary>
/// Something that somebody asks for. A command names the rows that it needs (<see cref="Touch"/>), and decides over
/// them (<see cref="Decide"/>): pure, so that a batch that is run again decides the same.
/// </summary>
public abstract record Command
{
    public required Caller Caller { get; init; }

    /// <summary>What is wrong with the command itself, found without looking at any row.</summary>
    public virtual IReadOnlyList<Fault> Check() => [];

    /// <summary>Names the rows to load. Unknown names are passed over: <see cref="Decide"/> refuses them.</summary>
    public abstract void Touch(Footprint rows, CatalogueSnapshot catalogue);

    public abstract Decision Decide(Workset workset);

    /// <summary>
    /// Whether it changes which rows others need: what they named before it may fall short, so that a batch takes no
    /// command after this one.
    /// </summary>
    public virtual bool EndsBatch => false;

    /// <summary>Whether it is turned away first when there is more than can be done.</summary>
    public virtual bool YieldsFirst => false;
}

/// <summary>
/// The versions of an order that a caller would act on (<c>If-Match</c>): any of them will do. None is a condition that
/// no order meets.
/// </summary>
public sealed record IfVersion(IReadOnlyList<int> Versions)
{
    public static implicit operator IfVersion?(int? version) => version is { } seen ? new([seen]) : null;

    public bool Holds(int version) => Versions.Contains(version);
}

/// <summary>A command that creates something: once per caller and key.</summary>
public abstract record CreatingCommand : Command
{
    public required RequestKey Key { get; init; }

    /// <summary>A hash of what was asked for, by which a key that is used for something else is found out.</summary>
    public required Guid Fingerprint { get; init; }

    public override void Touch(Footprint rows, CatalogueSnapshot catalogue) => rows.Requests.Add(Key);

    /// <summary>The first answer again, a refusal of a reused key, or null when the key is new.</summary>
    protected Decision? Repeated(Workset workset) => workset.Requests.TryGetValue(Key, out var first)
        ? first == Fingerprint ? new Decision.Replayed(Key) : new Decision.Refused(new Refusal.KeyReused())
        : null;
}

/// <summary>
/// A caller's idempotency key, hashed together with the caller: one caller never meets another's key.
/// </summary>
public readonly record struct RequestKey(Guid Hash);

/// <summary>
/// An order's name in the channel that it came from. It names one order, whichever kitchen that is in; a cancelled
/// order gives it up to an order in another kitchen.
/// </summary>
public readonly record struct ExternalReference(string Channel, string Reference);

/// <summary>Who a channel calls so: another channel may call somebody else by the same id.</summary>
public readonly record struct CustomerOf(string Channel, string CustomerId);

/// <summary>The rows that a batch of commands needs.</summary>
public sealed class Footprint
{
    public HashSet<StockKey> Stocks { get; } = [];
    public HashSet<Guid> Orders { get; } = [];

    /// <summary>Orders whose stock is wanted too: what they took may come back.</summary>
    public HashSet<Guid> CancelledOrders { get; } = [];
    public HashSet<RequestKey> Requests { get; } = [];
    public HashSet<ExternalReference> References { get; } = [];

    /// <summary>Customers of whom it matters how many orders they have open.</summary>
    public HashSet<CustomerOf> Customers { get; } = [];

    /// <summary>Kitchens whose next order number is wanted.</summary>
    public HashSet<int> Numbers { get; } = [];
}
