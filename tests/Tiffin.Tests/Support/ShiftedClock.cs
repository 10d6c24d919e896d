namespace Tiffin.Tests.Support;

/// <summary>The clock of a node that is set wrong.</summary>
public sealed class ShiftedClock(TimeSpan shift) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}
