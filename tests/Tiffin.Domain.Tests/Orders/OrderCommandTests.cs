using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;

namespace Tiffin.Domain.Tests.Orders;

public sealed class OrderCommandTests
{
    /// <summary>A command with an idempotency key checks the order itself, after the key.</summary>
    [Fact]
    public void Every_command_on_an_order_checks_whether_the_caller_may_see_it() =>
        typeof(Command).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract
                && type.GetProperty(nameof(OrderCommand.OrderId)) is not null
                && !type.IsSubclassOf(typeof(OrderCommand)))
            .ShouldBe([typeof(RecordMovements), typeof(ReportFailedDelivery)], ignoreOrder: true);
}
