namespace Tiffin.Domain.Catalogue;

/// <summary>
/// The times from which a kitchen's promises and reminders are computed. Orders have no promise while neither the
/// kitchen nor an ordered item has a preparation time.
/// </summary>
public sealed record KitchenTimes
{
    public const int MinutesMax = 240;
    public const int SecondsMax = 3600;
    public const int MovesMax = 20;
    public const int TimeoutsMax = 100;
    public const int DaysMax = 60;
    public const int RescheduleMax = 24 * 60;

    public static readonly KitchenTimes Default = new();

    /// <summary>From placing to ready, for an order whose items need no longer.</summary>
    public int? PrepMinutes { get; init; }

    /// <summary>From ready to delivered.</summary>
    public MinuteRange? DeliveryMinutes { get; init; }

    /// <summary>With manual acceptance: the kitchen is reminded of an order after this time.</summary>
    public int NudgeSeconds { get; init; } = 60;

    /// <summary>With manual acceptance: an order that is not accepted after this time is overdue.</summary>
    public int AcceptanceOverdueSeconds { get; init; } = 90;

    /// <summary>An order is overdue if it is not ready this long after its promise.</summary>
    public int ReadinessOverdueMinutes { get; init; } = 5;

    /// <summary>A ready order is overdue if it is not collected after this time.</summary>
    public int CollectionOverdueMinutes { get; init; } = 10;

    /// <summary>How often a promise may be moved to a later time.</summary>
    public int PromiseMovesMax { get; init; } = 3;

    /// <summary>How far a promise may be moved beyond the first one.</summary>
    public int PromiseDelayMinutesMax { get; init; } = 60;

    /// <summary>The kitchen is paused after this number of acceptance timeouts in a row.</summary>
    public int PauseAfterTimeouts { get; init; } = 3;

    /// <summary>An order is ready as soon as all its lines are done; otherwise the kitchen says so.</summary>
    public bool ReadyWhenDone { get; init; }
    /// <summary>How far ahead an order may be scheduled.</summary>
    public int ScheduleDaysMax { get; init; } = 7;

    /// <summary>Customers may reschedule an order until this time before its release.</summary>
    public int RescheduleUntilMinutes { get; init; } = 60;

    /// <summary>
    /// With manual acceptance: a scheduled order that is placed while the kitchen is closed may be accepted until this
    /// time after the next opening.
    /// </summary>
    public int AcceptAfterOpeningMinutes { get; init; } = 15;

    internal void Check(Faults faults)
    {
        faults.Range("/times/prepMinutes", PrepMinutes ?? 1, 1, MinutesMax);
        faults.Range("/times/deliveryMinutes/from", DeliveryMinutes?.From ?? 0, 0, MinutesMax);
        faults.Range("/times/deliveryMinutes/to", DeliveryMinutes?.To ?? 0, DeliveryMinutes?.From ?? 0, MinutesMax);
        faults.Range("/times/nudgeSeconds", NudgeSeconds, 1, SecondsMax);
        faults.Range("/times/acceptanceOverdueSeconds", AcceptanceOverdueSeconds, 1, SecondsMax);
        faults.Range("/times/readinessOverdueMinutes", ReadinessOverdueMinutes, 0, MinutesMax);
        faults.Range("/times/collectionOverdueMinutes", CollectionOverdueMinutes, 1, MinutesMax);
        faults.Range("/times/promiseMovesMax", PromiseMovesMax, 0, MovesMax);
        faults.Range("/times/promiseDelayMinutesMax", PromiseDelayMinutesMax, 0, MinutesMax);
        faults.Range("/times/pauseAfterTimeouts", PauseAfterTimeouts, 1, TimeoutsMax);
        faults.Range("/times/scheduleDaysMax", ScheduleDaysMax, 1, DaysMax);
        faults.Range("/times/rescheduleUntilMinutes", RescheduleUntilMinutes, 0, RescheduleMax);
        faults.Range("/times/acceptAfterOpeningMinutes", AcceptAfterOpeningMinutes, 1, MinutesMax);
    }
}

/// <summary>From the 10th to the 90th percentile.</summary>
public sealed record MinuteRange(int From, int To);
