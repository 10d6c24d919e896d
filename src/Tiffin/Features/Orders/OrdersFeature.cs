using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Orders;

sealed class OrdersFeature : Feature
{
    public override JsonSerializerContext Json => OrdersJson.Strict;

    public override void Add(WebApplicationBuilder builder) => builder.Services
        .AddSingleton<ScanCursors>()
        .AddSingleton<IChore, OrderTimerChore>()
        .AddSingleton<IChore, WaitingAcceptance>();

    public override void Map(WebApplication app)
    {
        app.MapOrders();
        app.MapBoard();
        app.MapProgress();
        app.MapSchedules();
    }
}

[JsonSerializable(typeof(PlaceOrderRequest))]
[JsonSerializable(typeof(ChangeStatusRequest))]
[JsonSerializable(typeof(PromiseRequest))]
[JsonSerializable(typeof(BoardMode))]
[JsonSerializable(typeof(BoardItem))]
[JsonSerializable(typeof(OperationsView))]
[JsonSerializable(typeof(ProgressRequest))]
[JsonSerializable(typeof(ScheduleRequest))]
sealed partial class OrdersJson : JsonSerializerContext
{
    public static OrdersJson Strict { get; } = new(StrictJson.Options());
}
