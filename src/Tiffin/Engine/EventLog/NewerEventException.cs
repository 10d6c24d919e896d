namespace Tiffin.Engine.EventLog;

/// <summary>
/// The event at <paramref name="position"/> is of a type that only a newer build knows, as during a rolling upgrade: a
/// node of that build continues from there.
/// </summary>
sealed class NewerEventException(long position)
    : Exception($"The event at position {position} is of a type that only a newer build knows.")
{
    public long Position => position;
}
