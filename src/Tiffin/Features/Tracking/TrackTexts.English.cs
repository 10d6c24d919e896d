using System.Globalization;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Tracking;

sealed partial record TrackTexts
{
    public static TrackTexts English { get; } = new()
    {
        Language = "en",
        LanguageName = "English",
        OrderNumber = number => $"Order {number}",
        Placed = brand => $"{brand} has your order and will confirm it soon.",
        Scheduled = brand => $"Your order is scheduled. {brand} will start cooking in time.",
        Accepted = brand => $"{brand} has accepted your order.",
        Cooking = brand => $"{brand} is cooking your order.",
        ReadyToLeave = "Your order is ready and about to leave the kitchen.",
        ReadyToCollect = "Your order is ready. Collect it at the counter.",
        OnItsWay = courier => courier is null ? "Your order is on its way." : $"{courier} is bringing your order.",
        AtTheDoor = courier => $"{courier ?? "Your courier"} is at your door.",
        NotDelivered = "Your order could not be delivered yet.",
        Delivered = "Your order was delivered. Enjoy your meal!",
        LeftAtTheDoor = "Your order was left at your door. Enjoy your meal!",
        Collected = "You have collected your order. Enjoy your meal!",
        Cancelled = "Your order was cancelled.",
        LaterBecause = reason => $"{EnglishCause(reason)}: your order will be later than first planned.",
        Overdue = "This is taking longer than expected. We are sorry for the wait.",
        Contactless = "It will be left at your door.",
        DeliveringAgain = "It is being brought to you again.",
        WhyNotDelivered = outcome => outcome switch
        {
            DeliveryOutcome.NotReachable => "The courier was at your address and could not reach you.",
            DeliveryOutcome.Refused => "It was not accepted at the door.",
            DeliveryOutcome.WrongAddress => "The courier could not find your address.",
            _ => "It was damaged on the way.",
        },
        DecisionPending = brand => $"{brand} will decide in a few minutes what happens next. Call them if you can.",
        NotConfirmed = "The kitchen did not confirm it in time.",
        OutOfStock = "An item in your order has run out.",
        CouldNotDeliver = "It could not be delivered.",
        AskWhereYouOrdered = "If you have questions, ask where you ordered.",
        TimeOfArrival = "Arrives",
        TimeOfPickup = "Ready at",
        TimeScheduled = "Planned for",
        TimeDelivered = "Delivered",
        TimeCollected = "Collected",
        TimeCancelled = "Cancelled",
        Tomorrow = "Tomorrow",
        Day = day => day.ToString("ddd d MMM", CultureInfo.InvariantCulture),
        Code = "Your code",
        CodeAtTheDoor = "Tell it to the courier, and only at the door.",
        CodeAtTheCounter = "Tell it to the staff at the counter.",
        Progress = "Progress",
        StepsOfDelivery = ["Ordered", "Cooking", "Ready", "On its way", "Delivered"],
        StepsOfPickup = ["Ordered", "Cooking", "Ready to collect", "Collected"],
        Items = "Your order",
        CancelOrder = "Cancel the order",
        CancelIsFinal = "The kitchen has not started your order. A cancelled order cannot be restored.",
        ConfirmCancel = "Yes, cancel it",
        TooLateToCancel = "The kitchen has started your order, so it can no longer be cancelled here.",
        CancelFailed = "The order was not cancelled: we could not do it right now. Try again.",
        NoConnection = "No connection. What you see may be out of date.",
        NotFoundTitle = "We cannot find this order",
        NotFound = "Check that the link is complete, or ask where you ordered.",
        UnavailableTitle = "We cannot show your order right now",
        Unavailable = "The order itself is not affected. This page retries automatically.",
    };

    static string EnglishCause(string? reason) => reason switch
    {
        "busy" => "The kitchen is busy",
        "short_staffed" => "The kitchen is short of staff",
        "equipment" => "Something in the kitchen has broken down",
        "remake" => "A dish is being made again",
        _ => "The kitchen needs a little longer",
    };
}
