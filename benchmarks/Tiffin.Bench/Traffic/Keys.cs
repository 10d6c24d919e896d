namespace Tiffin.Bench.Traffic;

/// <summary>
/// Who the load is sent by. Channels are as many as it takes to stay below what one of them may ask for.
/// </summary>
sealed record Keys(
    string Admin, string Manager, string Courier, string Customer, IReadOnlyList<string> Channels,
    IReadOnlyList<string> Kitchens);
