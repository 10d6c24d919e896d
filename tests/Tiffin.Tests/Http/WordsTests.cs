using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Edge;

namespace Tiffin.Tests.Http;

public sealed class WordsTests
{
    /// <summary>Words of requests follow from the members of an enum, names of answers and events do not.</summary>
    [Fact]
    public void Words_of_requests_are_the_names_of_answers()
    {
        Words<OrderStatus>.All.ShouldBe(Enum.GetValues<OrderStatus>().Select(Names.Of));
        Words<Role>.All.ShouldBe(Enum.GetValues<Role>().Select(Names.Of));
        Words<MovementKind>.All.ShouldBe(Enum.GetValues<MovementKind>().Select(Names.Of));
        Words<StockState>.All.ShouldBe(Enum.GetValues<StockState>().Select(Names.Of));
        Words<KitchenMode>.All.ShouldBe(Enum.GetValues<KitchenMode>().Select(Names.Of));
        Words<FulfilmentType>.All.ShouldBe(Enum.GetValues<FulfilmentType>().Select(Names.Of));
        Words<StockDisposition>.All.ShouldBe(Enum.GetValues<StockDisposition>().Select(Names.Of));
    }
}
