using Tiffin.Domain.Orders;

namespace Tiffin.Features.Tracking;

/// <summary>The texts of the customer's page in one language.</summary>
sealed partial record TrackTexts
{
    public required string Language { get; init; }
    public required string LanguageName { get; init; }

    public required Func<int, string> OrderNumber { get; init; }
    public required Func<string, string> Placed { get; init; }
    public required Func<string, string> Scheduled { get; init; }
    public required Func<string, string> Accepted { get; init; }
    public required Func<string, string> Cooking { get; init; }
    public required string ReadyToLeave { get; init; }
    public required string ReadyToCollect { get; init; }

    /// <summary>The courier's name is null if it is unknown.</summary>
    public required Func<string?, string> OnItsWay { get; init; }
    public required Func<string?, string> AtTheDoor { get; init; }
    public required string NotDelivered { get; init; }
    public required string Delivered { get; init; }
    public required string LeftAtTheDoor { get; init; }
    public required string Collected { get; init; }
    public required string Cancelled { get; init; }

    /// <summary>Takes the reason code that the kitchen gave for the later promise; null if it gave none.</summary>
    public required Func<string?, string> LaterBecause { get; init; }
    public required string Overdue { get; init; }
    public required string Contactless { get; init; }
    public required string DeliveringAgain { get; init; }
    public required Func<DeliveryOutcome, string> WhyNotDelivered { get; init; }
    public required Func<string, string> DecisionPending { get; init; }
    public required string NotConfirmed { get; init; }
    public required string OutOfStock { get; init; }
    public required string CouldNotDeliver { get; init; }
    public required string AskWhereYouOrdered { get; init; }

    public required string TimeOfArrival { get; init; }
    public required string TimeOfPickup { get; init; }
    public required string TimeScheduled { get; init; }
    public required string TimeDelivered { get; init; }
    public required string TimeCollected { get; init; }
    public required string TimeCancelled { get; init; }
    public required string Tomorrow { get; init; }
    public required Func<DateOnly, string> Day { get; init; }

    public required string Code { get; init; }
    public required string CodeAtTheDoor { get; init; }
    public required string CodeAtTheCounter { get; init; }

    public required string Progress { get; init; }
    public required string[] StepsOfDelivery { get; init; }
    public required string[] StepsOfPickup { get; init; }
    public required string Items { get; init; }

    public required string CancelOrder { get; init; }
    public required string CancelIsFinal { get; init; }
    public required string ConfirmCancel { get; init; }
    public required string TooLateToCancel { get; init; }
    public required string CancelFailed { get; init; }

    public required string NoConnection { get; init; }
    public required string NotFoundTitle { get; init; }
    public required string NotFound { get; init; }
    public required string UnavailableTitle { get; init; }
    public required string Unavailable { get; init; }

    public TrackTexts OtherLanguage => this == English ? Hindi : English;

    /// <summary>In the language of <c>?lang=</c>, or else in the one that the browser prefers.</summary>
    public static TrackTexts For(HttpRequest request) =>
        request.GetTypedHeaders().AcceptLanguage.Where(one => one.Quality is not 0)
            .OrderByDescending(one => one.Quality ?? 1).Select(one => one.Value.ToString())
            .Prepend(request.Query["lang"].ToString())
            .Select(tag => Array.Find([English, Hindi], texts => tag.Split('-')[0] == texts.Language))
            .FirstOrDefault(texts => texts is not null) ?? English;
}
