namespace Tiffin.Upkeep;

/// <summary>Something that is done over and over on every node. Two nodes that do it at once do no harm.</summary>
interface IChore
{
    TimeSpan Every { get; }

    Task Run(CancellationToken cancel);
}
