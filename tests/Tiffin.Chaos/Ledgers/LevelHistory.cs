namespace Tiffin.Chaos.Ledgers;

enum LevelAction
{
    /// <summary>Changed the level by <see cref="LevelOperation.Amount"/>.</summary>
    Change,

    /// <summary>Was refused, since the level was below <see cref="LevelOperation.Amount"/>.</summary>
    Refusal,

    /// <summary>Saw the level at <see cref="LevelOperation.Amount"/>.</summary>
    Read,
}

/// <summary>An operation on one stock level, from the first request to the final response.</summary>
/// <param name="Answered">
/// <see cref="long.MaxValue"/> when it took effect at an unknown time after the request, or never.
/// </param>
sealed record LevelOperation(LevelAction Action, long Amount, long Asked, long Answered);
