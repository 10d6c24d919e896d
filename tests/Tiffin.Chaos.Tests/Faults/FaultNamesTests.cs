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
    public void An_unknown_name_is_rejected_with_the_list_of_faults() =>
        Should.Throw<ArgumentException>(() => FaultNames.Parse("flood")).Message.ShouldContain("disk-full");
}
