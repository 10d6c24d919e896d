namespace Tiffin.Dev.Simulation;

/// <summary>How much traffic, and on whose behalf.</summary>
/// <param name="OrdersPerMinute">By the simulated clock, on the average of a day; dinner peaks at 4 times that.</param>
/// <param name="Speed">How much faster than the real clock the simulated one runs.</param>
/// <param name="Seed">The same seed plans the same customers.</param>
/// <param name="Keys">What each kind of caller sends as its bearer token.</param>
public sealed record TrafficOptions(
    double OrdersPerMinute, double Speed = 1, int Seed = 1, TrafficKeys? Keys = null);

/// <summary>Bearer tokens; a caller without one sends none.</summary>
public sealed record TrafficKeys(
    string? Customer = null, string? Kitchen = null, string? Courier = null, string? Manager = null);
