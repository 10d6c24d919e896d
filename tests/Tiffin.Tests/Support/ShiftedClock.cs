namespace Tiffin.Tests.Support;

/// <summary>The clock of a node with clock skew.</summary>
public sealed class ShiftedClock(TimeSpan shift) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}
