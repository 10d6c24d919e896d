using Tiffin.Domain.Orders;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Orders;

public sealed class FailedDeliveryTests
{
    const string Failed = "attempt 1 NotReachable, decide by 06:38:00 v6";
    const string Waste = ", Returned rice+100, Wasted rice-100";

    [Fact]
    public void The_order_stays_on_its_way_until_there_is_a_decision() => OnItsWay()
        .Do(Report(1), Failed)
        .Do(Report(1), "replayed")
        .Do(Report(2), "attempt 1 is pending")
        .Do(Decide(1, DeliveryDecision.Retry), "attempt 1 Retry v7")
        .Do(Decide(1, DeliveryDecision.Retry), "unchanged: order 1")
        .Do(Decide(1, DeliveryDecision.GiveUp), "decided: Retry")
        .Do(Report(3) with { Outcome = DeliveryOutcome.Damaged }, "attempt 2 Damaged, decide by 06:38:00 v8")
        .Do(Decide(2, DeliveryDecision.Return), $"Cancelled v9 delivery_failed_damaged{Waste}")
        .Do(Decide(2, DeliveryDecision.Return), "unchanged: order 1")
        .Do(Report(4), "is Cancelled, must be OutForDelivery");

    [Fact]
    public void A_delivery_without_a_decision_in_time_is_given_up() => OnItsWay()
        .Do(Report(1), Failed)
        .At("2026-03-02 06:37:59").Do(Fire, "unchanged: order 1")
        .At("2026-03-02 06:38:00").Do(Fire, $"Cancelled v7 delivery_failed_not_reachable{Waste}")
        .Do(Fire, "unchanged: order 1")
        .Do(Decide(1, DeliveryDecision.GiveUp), "unchanged: order 1")
        .Do(Decide(1, DeliveryDecision.Retry), "decided: GiveUp");

    [Fact]
    public void A_decision_in_the_second_of_the_timeout_wins_if_it_comes_first() => OnItsWay()
        .Do(Report(1), Failed)
        .At("2026-03-02 06:38:00").Do(Decide(1, DeliveryDecision.Retry), "attempt 1 Retry v7")
        .Do(Fire, "unchanged: order 1");

    [Fact]
    public void An_order_that_is_delivered_after_all_needs_no_decision() => OnItsWay()
        .Do(Report(1), Failed)
        .Do(To(OrderStatus.Delivered), "Delivered v7")
        .At("2026-03-02 06:38:00").Do(Fire, "unchanged: order 1")
        .Do(Decide(1, DeliveryDecision.GiveUp), "is Delivered, must be OutForDelivery");

    [Fact]
    public void Only_a_dispatched_order_can_fail_and_only_a_failed_attempt_is_decided() => new Story()
        .Do(Order, "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(Report(1), "is Accepted, must be OutForDelivery")
        .Do(Decide(1, DeliveryDecision.Retry), "no delivery attempt 1");

    [Fact]
    public void The_tenth_attempt_is_the_last()
    {
        var story = OnItsWay();
        var version = 6;
        for (var n = 1; n <= DeliveryAttempt.Max; n++)
        {
            story.Do(Report(n), $"attempt {n} NotReachable, decide by 06:38:00 v{version++}");
            story.Do(Decide(n, DeliveryDecision.Retry), n < DeliveryAttempt.Max
                ? $"attempt {n} Retry v{version++}"
                : "/decision out_of_range");
        }
        story.Do(Decide(10, DeliveryDecision.GiveUp), $"Cancelled v{version} delivery_failed_not_reachable{Waste}");
    }

    [Fact]
    public void Another_courier_s_order_does_not_exist() => OnItsWay()
        .Do(Report(1) with { Caller = As(Role.Courier) with { Kitchens = new HashSet<string> { "k1" } } }, Failed)
        .Do(Report(2) with { Caller = new Caller(Role.Courier, "meera") { Kitchens = new HashSet<string> { "k1" } } },
            "no such order");

    static PlaceOrder Order => Place(1, "k1", Line("plain")).Delivered();

    static FireOrderTimer Fire => new(OrderOf(1)) { Caller = Caller.System };

    static Story OnItsWay() => new Story()
        .Do(Order, "order 1 #1 of 03-02 for 9450, Sold rice-100; Accepted v2")
        .Do(To(OrderStatus.Preparing), "Preparing v3")
        .Do(To(OrderStatus.OutForDelivery) with { Caller = As(Role.Courier) },
            "Ready v4 implied; OutForDelivery v5");

    static ReportFailedDelivery Report(int n) => new(OrderOf(1), DeliveryOutcome.NotReachable)
    {
        Caller = As(Role.Courier),
        Key = new RequestKey(Seed(100 + n)),
        Fingerprint = Seed(100 + n),
    };

    static DecideDelivery Decide(int attempt, DeliveryDecision decision) =>
        new(OrderOf(1), null, attempt, decision) { Caller = As(Role.Kitchen) };

    static ChangeStatus To(OrderStatus status) => new(OrderOf(1), status, null, null) { Caller = As(Role.Admin) };
}
