namespace Tiffin.Domain;

/// <summary>The numbers are stored in tables: append, never renumber.</summary>
public enum EventType : short
{
    OrderPlaced = 0, OrderAccepted, OrderPreparing, OrderReady, OrderOutForDelivery, OrderDelivered, OrderCancelled,
    InventoryReceived = 20, InventoryWasted, InventoryCounted, InventoryCorrected,
    InventoryLow = 30, InventoryOut, InventoryRecovered,
    CatalogueChanged = 40, KitchenModeChanged,
    WebhookDisabled = 50,
}
