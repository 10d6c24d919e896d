namespace Tiffin.Engine.EventLog;

/// <summary>
/// A feature that reads events from the log long after they were written: their retention must be longer.
/// <paramref name="What"/> completes "…, but {What} for up to …".
/// </summary>
sealed record LateReader(string What, string Setting, TimeSpan DelayMax);
