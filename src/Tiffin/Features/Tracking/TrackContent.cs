using System.Globalization;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Tracking;

/// <summary>The content of the customer's page about an order at a time.</summary>
sealed class TrackContent(TrackedOrder tracked, TrackView view, TrackTexts texts, DateTimeOffset now)
{
    readonly Order order = tracked.Document.Order;
    readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(tracked.Zone);
    readonly bool isPickup = tracked.Document.Order.Fulfilment == FulfilmentType.Pickup;

    public bool CanCancel { get; init; }

    /// <summary>Why the customer's cancellation was not carried out.</summary>
    public string? CancelNote { get; init; }

    public string Headline => order.Status switch
    {
        OrderStatus.Placed or OrderStatus.Accepted when order.AwaitsRelease => texts.Scheduled(view.Brand),
        OrderStatus.Placed => texts.Placed(view.Brand),
        OrderStatus.Accepted => texts.Accepted(view.Brand),
        OrderStatus.Preparing => texts.Cooking(view.Brand),
        OrderStatus.Ready => isPickup ? texts.ReadyToCollect : texts.ReadyToLeave,
        OrderStatus.OutForDelivery when DeliveryAttempt.PendingOf(order) is not null => texts.NotDelivered,
        OrderStatus.OutForDelivery when view.Courier?.ArrivedAt is not null => texts.AtTheDoor(view.Courier.Name),
        OrderStatus.OutForDelivery => texts.OnItsWay(view.Courier?.Name),
        OrderStatus.Delivered when isPickup => texts.Collected,
        OrderStatus.Delivered => order.Details.Contactless == true ? texts.LeftAtTheDoor : texts.Delivered,
        _ => texts.Cancelled,
    };

    /// <param name="token">The token of the order's stream, which the script follows.</param>
    public Html Main(string token) => $"""
        <main{StreamAttributes(token)}>
        <header><p>{view.Brand}</p><p class="muted number">{texts.OrderNumber(view.Number)}</p></header>
        <p id="offline" role="status" hidden>{texts.NoConnection}</p>
        <section id="now" aria-live="polite"><h1>{Headline}</h1>{Time()}{NoteBox()}{Code()}</section>
        <section id="steps">{Steps()}</section>
        <section id="items"><h2>{texts.Items}</h2><ul>{view.Items.Select(Item)}</ul></section>
        <section id="cancel">{CancelForm(token)}</section>
        </main>
        """;

    Html CancelForm(string token)
    {
        if (!CanCancel) return Html.None;
        return $"""
            <details><summary>{texts.CancelOrder}</summary><p>{texts.CancelIsFinal}</p>
            <form method="post" action="/t/{token}?lang={texts.Language}">
            <button>{texts.ConfirmCancel}</button></form></details>
            """;
    }

    // Only events after the version that this page shows.
    Html StreamAttributes(string token)
    {
        if (!order.IsOpen) return Html.None;
        return $" data-events=\"/v1/track/{token}/events\" data-version=\"{order.Version}\"";
    }

    Html Time()
    {
        if (DisplayedTime() is not { Time: { } time, Label: var label }) return Html.None;
        return $"""
            <p class="time"><span>{label}</span><strong class="number">{Day(time.From)}{Range(time)}</strong></p>
            """;
    }

    Html Range(ExpectedTime time)
    {
        if (FormatTime(time.From) == FormatTime(time.To)) return TimeElement(time.From);
        return $"{TimeElement(time.From)} – {TimeElement(time.To)}";
    }

    (string Label, ExpectedTime? Time) DisplayedTime()
    {
        var ended = view.Timeline[^1].At;
        return order switch
        {
            { Status: OrderStatus.Delivered } =>
                (isPickup ? texts.TimeCollected : texts.TimeDelivered, new(ended, ended)),
            { Status: OrderStatus.Cancelled } => (texts.TimeCancelled, new(ended, ended)),
            { AwaitsRelease: true, Details.Schedule.For: var wanted } => (texts.TimeScheduled, new(wanted, wanted)),
            { Status: OrderStatus.Ready } when isPickup => default,
            _ when IsAtTheDoor || DeliveryAttempt.PendingOf(order) is not null => default,
            _ => (isPickup ? texts.TimeOfPickup : texts.TimeOfArrival, view.Expected),
        };
    }

    bool IsAtTheDoor => order.Status == OrderStatus.OutForDelivery && view.Courier?.ArrivedAt is not null;

    IEnumerable<string> Notes()
    {
        if (order.Status == OrderStatus.Cancelled) return [.. CancellationNotes(), texts.AskWhereYouOrdered];
        if (!order.IsOpen) return [];
        if (DeliveryAttempt.PendingOf(order) is { } failed)
            return [texts.WhyNotDelivered(failed.Outcome), texts.DecisionPending(view.Brand)];
        return OpenOrderNotes();
    }

    IEnumerable<string> OpenOrderNotes()
    {
        if (CancelNote is { } why) yield return why;
        if (order.Details.DeliveryAttempts is not null) yield return texts.DeliveringAgain;
        if (DisplayedTime().Time?.To < now) yield return texts.Overdue;
        else if (DisplayedTime().Time is not null && IsLaterThanFirst) yield return texts.LaterBecause(DelayReason);
        if (order is { Status: OrderStatus.OutForDelivery, Details.Contactless: true }) yield return texts.Contactless;
    }

    // The page shows minutes: a change of seconds would not be visible.
    bool IsLaterThanFirst =>
        order.Details.Promise is { } promise && promise.ReadyAt - promise.First >= TimeSpan.FromMinutes(1);

    // Not every change of the promise has a reason.
    string? DelayReason => (string?)TimelineJson.Lines(tracked.Document.Timeline)
        .LastOrDefault(line => line.ContainsKey("promise"))?["reason"];

    IEnumerable<string> CancellationNotes()
    {
        var reason = (string?)TimelineJson.Lines(tracked.Document.Timeline)[^1]["reason"];
        if (reason == CancelOrder.ReasonTimedOut) yield return texts.NotConfirmed;
        if (reason == CancelOrder.ReasonOutOfStock) yield return texts.OutOfStock;
        if (order.Details.DeliveryAttempts is not null) yield return texts.CouldNotDeliver;
    }

    Html NoteBox()
    {
        var notes = Notes().Select(Paragraph).ToList();
        if (notes.Count == 0) return Html.None;
        return $"""<div class="notes">{notes}</div>""";
    }

    static Html Paragraph(string text) => $"<p>{text}</p>";

    // Not before it is needed: the longer a code is visible, the more people see it.
    Html Code()
    {
        var from = isPickup ? OrderStatus.Ready : OrderStatus.OutForDelivery;
        if (view.DeliveryCode is not { } code || order.Status < from || DeliveryAttempt.PendingOf(order) is not null)
            return Html.None;
        return $"""
            <p class="code"><span>{texts.Code}</span><strong class="number">{code}</strong>
            <span>{(isPickup ? texts.CodeAtTheCounter : texts.CodeAtTheDoor)}</span></p>
            """;
    }

    Html Steps()
    {
        if (order.Status == OrderStatus.Cancelled) return Html.None;
        var (labels, statuses) = isPickup
            ? (texts.StepsOfPickup, StatusesOfPickup)
            : (texts.StepsOfDelivery, StatusesOfDelivery);
        var steps = labels.Zip(statuses, Step);
        return $"""<h2 class="visually-hidden">{texts.Progress}</h2><ol>{steps}</ol>""";
    }

    static OrderStatus[] StatusesOfPickup =>
        [OrderStatus.Placed, OrderStatus.Preparing, OrderStatus.Ready, OrderStatus.Delivered];

    static OrderStatus[] StatusesOfDelivery =>
    [
        OrderStatus.Placed, OrderStatus.Preparing, OrderStatus.Ready, OrderStatus.OutForDelivery,
        OrderStatus.Delivered,
    ];

    Html Step(string label, OrderStatus status)
    {
        if (view.Timeline.FirstOrDefault(step => step.Status == status) is not { } reached)
            return $"<li><span>{label}</span></li>";
        var current = order.Status == OrderStatus.Accepted ? OrderStatus.Placed : order.Status;
        if (order.IsOpen && status == current)
            return $"""<li class="current" aria-current="step"><span>{label}</span>{TimeElement(reached.At)}</li>""";
        return $"""<li class="done"><span>{label}</span>{TimeElement(reached.At)}</li>""";
    }

    static Html Item(TrackedItem item)
    {
        var extras = (item.Extras ?? []).Select(Extra);
        return $"""<li><span class="number">{item.Quantity} ×</span> <span>{item.Name}{extras}</span></li>""";
    }

    static Html Extra(TrackedExtra extra)
    {
        if (extra.Quantity == 1) return $"""<small>+ {extra.Name}</small>""";
        return $"""<small>+ {extra.Quantity} × {extra.Name}</small>""";
    }

    Html TimeElement(DateTimeOffset time) => $"""<time datetime="{JsonTime.Text(time)}">{FormatTime(time)}</time>""";

    string FormatTime(DateTimeOffset time) => Local(time).ToString("HH:mm", CultureInfo.InvariantCulture);

    // Empty for today.
    string Day(DateTimeOffset time)
    {
        var (day, today) = (DateOnly.FromDateTime(Local(time)), DateOnly.FromDateTime(Local(now)));
        return day == today ? "" : $"{(day == today.AddDays(1) ? texts.Tomorrow : texts.Day(day))}, ";
    }

    DateTime Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).DateTime;
}
