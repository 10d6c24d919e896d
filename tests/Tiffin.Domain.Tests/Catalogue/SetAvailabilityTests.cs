using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class SetAvailabilityTests
{
    [Fact]
    public void An_item_is_taken_off_and_put_back() => new Story()
        .Do(Set("water", true), "unchanged")
        .Do(Set("water", false, Noon.AddHours(1)), "water off until 03-02 07:30")
        .Do(Set("water", false, Noon.AddHours(1)), "unchanged")
        .Do(Set("water", false), "water off")
        .Do(Set("water", true), "water on")
        .Do(Set("water", false, Noon), "/until in_the_past")
        .Do(Set("pizza", false), "no item pizza")
        .Do(Set("noodles", false) with { KitchenId = "berlin" }, "no item noodles")
        .Do(Set("water", false) with { KitchenId = "k9" }, "no kitchen k9");

    [Fact]
    public void An_available_item_has_no_end_time() =>
        Limits.Faults(Set("water", true, Noon)).ShouldBe("/until only_when_off");

    [Fact]
    public void Kitchen_staff_take_an_item_off_for_a_time_and_put_back_what_is_off() => new Story()
        .Do(AsStaff(Set("water", false, Noon.AddHours(1))), "water off until 03-02 07:30")
        .Do(Set("water", false), "water off")
        .Do(AsStaff(Set("water", true)), "water on");

    [Fact]
    public void Only_a_manager_leaves_the_end_open() =>
        Limits.Faults(AsStaff(Set("water", false))).ShouldBe("/until required");

    [Fact]
    public void The_actor_is_known_until_the_item_is_back()
    {
        var rows = new Rows();
        rows.Run([.. Puts], Noon);
        string? ByAfter(SetAvailability command)
        {
            rows.Run([command], Noon);
            return rows.Catalogue.Availabilities.Values.Single().By;
        }

        ByAfter(Set("water", false)).ShouldBe(As(Role.Manager).Id);
        ByAfter(AsStaff(Set("water", false, Noon.AddHours(1)))).ShouldBe(As(Role.Kitchen).Id);
        ByAfter(Set("water", true)).ShouldBeNull();
    }

    static SetAvailability AsStaff(SetAvailability command) => command with { Caller = As(Role.Kitchen) };

    static SetAvailability Set(string item, bool available, DateTimeOffset? until = null) =>
        new("k1", item, available, until) { Caller = As(Role.Manager) };
}
