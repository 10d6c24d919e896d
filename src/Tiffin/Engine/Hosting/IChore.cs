namespace Tiffin.Engine.Hosting;

/// <summary>A periodic task that runs on every node. Must be safe to run on several nodes at once.</summary>
interface IChore
{
    TimeSpan Interval { get; }

    /// <summary>Whether its work depends on the time of orders and kitchens, which a sandbox can move.</summary>
    bool UsesSandboxClock => false;

    Task Run(CancellationToken cancel);
}
