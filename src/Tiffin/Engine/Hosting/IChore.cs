namespace Tiffin.Engine.Hosting;

/// <summary>A periodic task that runs on every node. Must be safe to run on several nodes at once.</summary>
interface IChore
{
    TimeSpan Every { get; }

    Task Run(CancellationToken cancel);
}
