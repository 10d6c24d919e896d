using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Catalogue;

/// <summary>
/// The times from which a kitchen's promises and reminders are computed. Orders have no promise while neither the
/// kitchen nor an ordered item has a preparation time. Stored and sent as JSON: a missing member has the default of its
/// parameter. The attributes only document the limits; <see cref="Check"/> enforces them.
/// </summary>
public sealed record KitchenTimes(
    [property: Description("Minutes from placing to ready, unless an item of the order needs longer.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int? PrepMinutes = null,
    [property: Description("From ready to delivered: the range in which most orders arrive.")]
    MinuteRange? DeliveryMinutes = null,
    [property: Description("How many lines of orders the kitchen prepares at the same time. A new order then waits for "
        + "orders that were not started yet: the preparation minutes of their lines, divided by this number.")]
    [property: Range(1, KitchenTimes.ParallelLinesMax)]
    int? ParallelLines = null,
    [property: Description("With manual acceptance: the kitchen is reminded of an order after this time.")]
    [property: Range(1, KitchenTimes.SecondsMax)]
    int NudgeSeconds = 60,
    [property: Description("With manual acceptance: order.overdue is published after this time.")]
    [property: Range(1, KitchenTimes.SecondsMax)]
    int AcceptanceOverdueSeconds = 90,
    [property: Description("order.overdue is published if an order is not ready this long after its promise.")]
    [property: Range(0, KitchenTimes.MinutesMax)]
    int ReadinessOverdueMinutes = 5,
    [property: Description("order.overdue is published if a ready order is not collected after this time.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int CollectionOverdueMinutes = 10,
    [property: Description("How often a promise may be moved to a later time.")]
    [property: Range(0, KitchenTimes.MovesMax)]
    int PromiseMovesMax = 3,
    [property: Description("How far a promise may be moved beyond the first one.")]
    [property: Range(0, KitchenTimes.MinutesMax)]
    int PromiseDelayMinutesMax = 60,
    [property: Description("The kitchen is paused, with the reason not_answering, after this number of acceptance "
        + "timeouts without an order between them that the staff accepted or rejected.")]
    [property: Range(1, KitchenTimes.TimeoutsMax)]
    int PauseAfterTimeouts = 3,
    [property: Description("An order is ready as soon as all its lines are done. Otherwise its status must be set.")]
    bool ReadyWhenDone = false,
    [property: Description("How far ahead an order may be scheduled.")]
    [property: Range(1, KitchenTimes.DaysMax)]
    int ScheduleDaysMax = 7,
    [property: Description("The releaseAt of scheduled orders is computed again when the kitchen's preparation or "
        + "delivery times or its busy delay change it by more than this.")]
    [property: Range(0, KitchenTimes.MinutesMax)]
    int ReleaseToleranceMinutes = 5,
    [property: Description("Customers may reschedule an order until this time before its release.")]
    [property: Range(0, KitchenTimes.RescheduleMax)]
    int RescheduleUntilMinutes = 60,
    [property: Description("With manual acceptance: a scheduled order that is placed while the kitchen is closed may "
        + "be accepted until this time after the next opening.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int AcceptAfterOpeningMinutes = 15,
    [property: Description("Whether orders placed from now on have hand-over codes, and whether these are required.")]
    HandoverCodes HandoverCodes = HandoverCodes.Off,
    [property: Description("The codes of an order are locked after this number of wrong attempts.")]
    [property: Range(1, KitchenTimes.CodesMax)]
    int CodeAttemptsMax = 5,
    [property: Description("How long the codes of an order stay locked.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int CodeLockMinutes = 15,
    [property: Description("An order that could not be delivered is given up if there is no decision in this time.")]
    [property: Range(1, KitchenTimes.MinutesMax)]
    int DeliveryDecisionMinutes = 8)
{
    public const int MinutesMax = 240;
    public const int SecondsMax = 3600;
    public const int MovesMax = 20;
    public const int TimeoutsMax = 100;
    public const int DaysMax = 60;
    public const int RescheduleMax = 24 * 60;
    public const int ParallelLinesMax = 1000;

    /// <summary>A code has four digits: with more attempts, it could be guessed.</summary>
    public const int CodesMax = 10;

    public static readonly KitchenTimes Default = new();

    internal void Check(Faults faults)
    {
        faults.Range("/times/prepMinutes", PrepMinutes ?? 1, 1, MinutesMax);
        faults.Range("/times/deliveryMinutes/from", DeliveryMinutes?.From ?? 0, 0, MinutesMax);
        faults.Range("/times/deliveryMinutes/to", DeliveryMinutes?.To ?? 0, DeliveryMinutes?.From ?? 0, MinutesMax);
        faults.Range("/times/parallelLines", ParallelLines ?? 1, 1, ParallelLinesMax);
        faults.Range("/times/nudgeSeconds", NudgeSeconds, 1, SecondsMax);
        faults.Range("/times/acceptanceOverdueSeconds", AcceptanceOverdueSeconds, 1, SecondsMax);
        faults.Range("/times/readinessOverdueMinutes", ReadinessOverdueMinutes, 0, MinutesMax);
        faults.Range("/times/collectionOverdueMinutes", CollectionOverdueMinutes, 1, MinutesMax);
        faults.Range("/times/promiseMovesMax", PromiseMovesMax, 0, MovesMax);
        faults.Range("/times/promiseDelayMinutesMax", PromiseDelayMinutesMax, 0, MinutesMax);
        faults.Range("/times/pauseAfterTimeouts", PauseAfterTimeouts, 1, TimeoutsMax);
        faults.Range("/times/scheduleDaysMax", ScheduleDaysMax, 1, DaysMax);
        faults.Range("/times/releaseToleranceMinutes", ReleaseToleranceMinutes, 0, MinutesMax);
        faults.Range("/times/rescheduleUntilMinutes", RescheduleUntilMinutes, 0, RescheduleMax);
        faults.Range("/times/acceptAfterOpeningMinutes", AcceptAfterOpeningMinutes, 1, MinutesMax);
        faults.Range("/times/codeAttemptsMax", CodeAttemptsMax, 1, CodesMax);
        faults.Range("/times/codeLockMinutes", CodeLockMinutes, 1, MinutesMax);
        faults.Range("/times/deliveryDecisionMinutes", DeliveryDecisionMinutes, 1, MinutesMax);
    }
}

/// <summary>From the 10th to the 90th percentile.</summary>
public sealed record MinuteRange(
    [property: Range(0, KitchenTimes.MinutesMax)] int From, [property: Range(0, KitchenTimes.MinutesMax)] int To);
