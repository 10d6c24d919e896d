using Tiffin.Chaos.Faults;

namespace Tiffin.Chaos.Tests.Faults;

public sealed class FaultNamesTests
{
    [Fact]
    public void Every_fault_has_a_name_in_kebab_case_that_is_read_back()
    {
        FaultKind.WriterLoss.Name().ShouldBe("writer-loss");
        foreach (var kind in Enum.GetValues<FaultKind>()) FaultNames.Parse(kind.Name()).ShouldBe(kind);
    }

    [Fact]
    public void A_name_that_is_no_fault_is_answered_with_all_that_are() =>
        Should.Throw<ArgumentException>(() => FaultNames.Parse("flood")).Message.ShouldContain("disk-full");
}
