using Tiffin.Storage;

namespace Tiffin.EventLog;

/// <summary>
/// How far somebody has read: a position, and which event stood there. Positions alone do not tell, since a fail-over
/// that lost commits hands them out again.
/// </summary>
public readonly record struct LogPlace(long Position, Guid? Id)
{
    public static LogPlace After(IReadOnlyList<StoredEvent> events) => new(events[^1].Position, events[^1].Id);
}
