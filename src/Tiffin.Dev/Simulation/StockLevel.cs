namespace Tiffin.Dev.Simulation;

/// <summary>An ingredient in a kitchen, of <c>GET /v1/kitchens/{k}/stock</c>.</summary>
sealed record StockLevel(string Sku, long OnHand, long Threshold)
{
    const int ThresholdsWhenFull = 12;

    /// <summary>What a delivery from the wholesaler brings: enough to be well above the threshold again.</summary>
    public long Refill => Math.Max(ThresholdsWhenFull * Math.Max(Threshold, 1) - OnHand, 0);
}
