namespace Tiffin.Dev.Simulation;

/// <summary>Volume, speed and credentials of simulated traffic.</summary>
/// <param name="OrdersPerMinute">Average over a simulated day; the dinner peak is 4 times that.</param>
/// <param name="Speed">Speed of the simulated clock, as a multiple of real time.</param>
/// <param name="Seed">The same seed produces the same plans.</param>
/// <param name="Keys">Bearer token of each actor. With the operator's token, the simulation also moves the server's
/// clock.</param>
sealed record TrafficOptions(
    double OrdersPerMinute, double Speed = 1, int Seed = 1, TrafficKeys? Keys = null);

/// <summary>Bearer tokens by actor; null sends none.</summary>
sealed record TrafficKeys(
    string? Customer = null, string? Kitchen = null, string? Courier = null, string? Manager = null,
    string? Operator = null);
