using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests;

public sealed class NamesTests
{
    /// <summary>Names are part of the API and of stored rows: never change one.</summary>
    [Fact]
    public void Every_value_of_an_enum_keeps_its_name()
    {
        var enums =
            from type in typeof(Names).Assembly.GetExportedTypes()
            where type.IsEnum && type != typeof(EventType)
            orderby type.Name
            select $"{type.Name}: {string.Join(' ', Names.AllOf(type))}";

        string.Join('\n', enums).ShouldBe("""
            Acceptance: automatic manual
            CourierPlace: kitchen customer
            DeliveryDecision: retry return give_up
            DeliveryOutcome: not_reachable refused wrong_address damaged
            FulfilmentType: delivery pickup
            HandoverCodes: off optional required
            HandoverUse: collection delivery
            ItemKind: item modifier
            KitchenMode: online busy paused
            LineState: waiting started done
            MovementKind: sold returned wasted received counted corrected
            OrderStatus: placed accepted preparing ready out_for_delivery delivered cancelled
            OverdueKind: acceptance readiness collection delivery
            Role: admin manager kitchen courier channel customer system
            StockDisposition: return waste by_progress
            StockState: ok low out
            WasteReason: burnt spoiled dropped returned trial cancelled_order other
            Weekday: mon tue wed thu fri sat sun
            """);
    }

    [Fact]
    public void A_name_is_parsed_to_its_value()
    {
        Names.Of(OrderStatus.OutForDelivery).ShouldBe("out_for_delivery");
        Names.Parse<OrderStatus>("out_for_delivery").ShouldBe(OrderStatus.OutForDelivery);
        Names.TryParse("OutForDelivery", out OrderStatus _).ShouldBeFalse();
        Names.TryParse("4", out OrderStatus _).ShouldBeFalse();
        Should.Throw<FormatException>(() => Names.Parse<MovementKind>("eaten")).Message.ShouldContain("sold, returned");
    }
}
