namespace Tiffin.Dev.Simulation;

/// <summary>Stock of an ingredient in a kitchen, from <c>GET /v1/kitchens/{k}/stock</c>.</summary>
sealed record StockLevel(string Sku, long OnHand, long Threshold)
{
    const int ThresholdsWhenFull = 12;

    /// <summary>Quantity of a wholesale delivery: well above the threshold.</summary>
    public long Refill => Math.Max(ThresholdsWhenFull * Math.Max(Threshold, 1) - OnHand, 0);
}
