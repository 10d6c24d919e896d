namespace Tiffin.Bench.Traffic;

/// <summary>
/// API keys of the load. There are enough channels to stay below the rate limit of each.
/// </summary>
sealed record Keys(
    string Admin, string Manager, string Courier, string Customer, IReadOnlyList<string> Channels,
    IReadOnlyList<string> Kitchens);
