namespace Tiffin.Domain;

/// <summary>An amount in minor units (paise, cents) of an ISO 4217 currency.</summary>
public readonly record struct Money(long Amount, string Currency)
{
    /// <summary>
    /// Maximum price of an item. The total of an order of maximum size still fits into a <see cref="long"/>.
    /// </summary>
    public const long AmountMax = 1_000_000_000;

    /// <summary>Tax for a sum of <c>amount × basis points</c>, rounded half-even to a minor unit.</summary>
    public static long Tax(Int128 amountTimesBasisPoints)
    {
        var (whole, rest) = Int128.DivRem(amountTimesBasisPoints, 10_000);
        var roundsUp = rest > 5_000 || (rest == 5_000 && Int128.IsOddInteger(whole));
        return (long)(roundsUp ? whole + 1 : whole);
    }
}
