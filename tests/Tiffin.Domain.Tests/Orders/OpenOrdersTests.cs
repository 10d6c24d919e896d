using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class OpenOrdersTests
{
    [Fact]
    public void A_customers_open_orders_are_limited_and_the_next_is_accepted_when_one_ends() => new Story()
        .Do(Mine(1), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Mine(2), "order 2 #2 of 03-02 for 2100; Accepted v2")
        .Do(Mine(3), "2 open already")
        .Do(new CancelOrder(OrderOf(1), null, null, null) { Caller = As(Role.Kitchen) }, "Cancelled v3 unspecified")
        .Do(Mine(4), "order 4 #3 of 03-02 for 2100; Accepted v2")
        .Do(Mine(5), "2 open already");

    [Fact]
    public void A_retry_is_not_a_further_order() => new Story()
        .Do(Mine(1), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(Mine(2), "order 2 #2 of 03-02 for 2100; Accepted v2")
        .Do(Mine(1), "replayed");

    [Fact]
    public void Orders_that_a_channel_places_for_a_customer_count_but_are_not_limited() => new Story()
        .Do(ByChannel(1, "app"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(ByChannel(2, "app"), "order 2 #2 of 03-02 for 2100; Accepted v2")
        .Do(ByChannel(3, "app"), "order 3 #3 of 03-02 for 2100; Accepted v2")
        .Do(Mine(4), "2 open already");

    [Fact]
    public void The_same_id_at_another_channel_is_another_customer() => new Story()
        .Do(ByChannel(1, "web"), "order 1 #1 of 03-02 for 2100; Accepted v2")
        .Do(ByChannel(2, "web"), "order 2 #2 of 03-02 for 2100; Accepted v2")
        .Do(Mine(3), "order 3 #3 of 03-02 for 2100; Accepted v2");

    static PlaceOrder Mine(int n) => Place(n, "k1", Line("water")) with { OpenOrdersMax = 2 };

    static PlaceOrder ByChannel(int n, string channel) => Place(n, "k1", Line("water")) with
    {
        Caller = new Caller(Role.Channel, channel) { Channel = channel }, Channel = channel,
    };
}
