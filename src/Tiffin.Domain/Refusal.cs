using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain;

/// <summary>A rule that a part of a request breaks. <paramref name="Pointer"/> is a JSON pointer (RFC 6901).</summary>
public sealed record Fault(string Pointer, string Code, string Message);

/// <summary>Why a command changes nothing: a closed set, one case per rule. Mapped to HTTP in one place.</summary>
public abstract record Refusal
{
    Refusal() { }

    /// <summary>The refusal without what the caller may not know. The edge shows only this.</summary>
    public virtual Refusal SeenBy(Caller viewer) => this;

    /// <summary>The request contradicts itself, its limits or the catalogue.</summary>
    public sealed record Invalid(IReadOnlyList<Fault> Faults) : Refusal
    {
        public Invalid(string pointer, string code, string message) : this([new(pointer, code, message)]) { }
    }

    public sealed record KeyReused : Refusal;

    public sealed record OrderUnknown : Refusal;

    /// <summary>The path names an entry of the catalogue that does not exist, such as <c>kitchen</c>.</summary>
    public sealed record EntryUnknown(string Kind, string Id) : Refusal;

    public sealed record OutOfStock(IReadOnlyList<ShortLine> Lines) : Refusal
    {
        /// <summary>The ingredients and their levels would show customers and channels the recipe.</summary>
        public override Refusal SeenBy(Caller viewer) => viewer.SeesStock
            ? this
            : new OutOfStock([.. Lines.Select(line => line with { Missing = [] })]);
    }

    public sealed record ItemUnavailable(string ItemId, string Pointer, DateTimeOffset? Until) : Refusal;

    public sealed record KitchenPaused(DateTimeOffset? Until) : Refusal;

    /// <summary>The customer has as many orders under way as one may have.</summary>
    public sealed record TooManyOpenOrders(int Max) : Refusal;

    /// <summary>The channel's reference names an order that is not what this request asks for.</summary>
    public sealed record ReferenceInUse(Guid OrderId) : Refusal;

    public sealed record TotalChanged(Totals Totals) : Refusal;

    public sealed record IllegalMove(OrderStatus From, OrderStatus To, IReadOnlyList<OrderStatus> Allowed) : Refusal;

    /// <summary>The order has moved on since the version that the caller saw.</summary>
    public sealed record StaleVersion(int Version) : Refusal;

    /// <summary>A movement would take more than is there.</summary>
    public sealed record NotEnoughStock(string Pointer, string Sku, long Needed, long Available) : Refusal;
}

/// <summary>A line that cannot be made. <paramref name="Portions"/> of its item can still be made at most.</summary>
public sealed record ShortLine(int Line, string ItemId, long Portions, IReadOnlyList<Shortage> Missing);

/// <summary>The whole order needs <paramref name="Needed"/> of an ingredient.</summary>
public sealed record Shortage(string Sku, string Unit, long Needed, long Available);
