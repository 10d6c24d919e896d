using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.EventLog;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Verify;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Inventory;

sealed class InventoryFeature : Feature
{
    public override IEnumerable<ApiTag> Tags => [new("Inventory", "Stock levels, movements and low-stock alerts.")];

    public override JsonSerializerContext Json => InventoryJson.Strict;

    public override IEnumerable<Invariant> Invariants => LedgerInvariants.All;

    public override void Add(WebApplicationBuilder builder) => builder.Services
        .AddSubscriber<LedgerSubscriber>()
        .AddSingleton<IChore, StockStateRefresh>();

    public override void Map(WebApplication app)
    {
        app.MapInventory();
        app.MapPastKitchen();
    }
}

[JsonSerializable(typeof(ThresholdRequest))]
[JsonSerializable(typeof(MovementsRequest))]
[JsonSerializable(typeof(StockLevel))]
[JsonSerializable(typeof(Page<StockLevel>))]
[JsonSerializable(typeof(Page<LedgerEntry>))]
[JsonSerializable(typeof(Page<StockAlert>))]
[JsonSerializable(typeof(PastKitchen))]
sealed partial class InventoryJson : JsonSerializerContext
{
    public static InventoryJson Strict { get; } = new(StrictJson.Options());
}
