using Tiffin.Features.Broker;

namespace Tiffin.Tests.Subscribers.Broker;

public sealed class PublisherConfirmsTests
{
    readonly PublisherConfirms confirms = new();

    [Fact]
    public async Task All_are_confirmed_when_the_last_is_in_any_order()
    {
        var all = confirms.Expect(first: 7, count: 4);
        await confirms.Confirm(9, multiple: false);
        await confirms.Confirm(8, multiple: true);
        all.IsCompleted.ShouldBeFalse("10 is still open");

        await confirms.Confirm(10, multiple: false);

        await all;
    }

    [Fact]
    public async Task A_confirm_of_one_does_not_confirm_those_before_it()
    {
        var all = confirms.Expect(1, 2);
        await confirms.Confirm(2, multiple: false);
        all.IsCompleted.ShouldBeFalse();
        await confirms.Confirm(2, multiple: true);
        await all;
    }

    [Fact]
    public async Task A_failure_between_two_batches_fails_the_next()
    {
        await confirms.Fail("gone");
        (await Should.ThrowAsync<BrokerException>(() => confirms.Expect(1, 1))).Message.ShouldContain("gone");
    }
}
