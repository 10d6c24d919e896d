using Tiffin.Engine.Storage;

namespace Tiffin.Engine.EventLog;

/// <summary>
/// How far a reader has read: a position and the id of the event at it. The position alone is not sufficient: after a
/// failover that lost commits, positions are assigned again.
/// </summary>
readonly record struct LogPosition(long Position, Guid? Id)
{
    public static LogPosition After(IReadOnlyList<StoredEvent> events) => new(events[^1].Position, events[^1].Id);
}
