using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.Hosting;

namespace Tiffin.Features.Orders;

sealed class OrdersFeature : Feature
{
    public override IEnumerable<ApiTag> Tags =>
    [
        new("Orders", "Placing orders and changing their status, up to the delivery."),
        new("Kitchens", "The kitchens' boards and alert addresses."),
    ];

    public override JsonSerializerContext Json => OrdersJson.Strict;

    public override void Add(WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<ScanCursors>()
            .AddSingleton<PreparationTimes>()
            .AddSingleton<IChore, ReleaseTimeRefresh>()
            .AddSingleton<IChore, OrderTimerChore>()
            .AddSingleton<IChore, CourierPositionCleanup>()
            .AddSingleton<IChore, WaitingAcceptance>();
        builder.AddSettings<BoardOptions>("Board")
            .Validate(options => options.IsValid(),
                "Board:AllergyWords must be single words of 2 to 40 letters, each with an optional * at the end.");
    }

    public override void Map(WebApplication app)
    {
        app.MapOrders();
        app.MapPromises();
        app.MapBoard();
        app.MapProgress();
        app.MapSchedules();
        app.MapCouriers();
        app.MapDeliveryAttempts();
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
[JsonSerializable(typeof(CourierRequest))]
[JsonSerializable(typeof(ArrivalRequest))]
[JsonSerializable(typeof(PositionRequest))]
[JsonSerializable(typeof(DeliveryAttemptRequest))]
[JsonSerializable(typeof(DeliveryDecisionRequest))]
sealed partial class OrdersJson : JsonSerializerContext
{
    public static OrdersJson Strict { get; } = new(StrictJson.Options());
}
