using System.ComponentModel;
using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Health;

sealed record LivenessReport(
    [property: Description("Always true.")] bool Live);

sealed record ReadinessReport(
    bool Ready,
    [property: Description("Why the node is not ready; empty if it is.")] IReadOnlyList<NotReady> Reasons,
    [property: Description("The state of the write path after the last batch of commands.")] WriterState Database,
    [property: Description("The version of the catalogue cached by this node.")] long CatalogueVersion,
    [property: Description("The event log subscribers, on all nodes.")]
    IReadOnlyList<SubscriberReport> Subscribers,
    [property: Description("Whether the queue is long enough for new orders to be rejected (load shedding). The node "
        + "stays ready: all nodes share one writer, and status changes are still admitted.")]
    bool Overloaded);

sealed record SubscriberReport(
    string Name,
    [property: Description("Position of the last applied event (the checkpoint).")] long Position,
    long LagEvents,
    [property: Description("Age of the oldest event not applied yet.")] double LagSeconds,
    [property: Description("Whether a node holds the lease of the subscriber.")] bool HasLeader,
    [property: Description("Consecutive failures.")] int Failures);

sealed record StatusReport(
    [property: Description("Start of the measurement on this node.")] DateTimeOffset Since,
    IReadOnlyList<ObjectiveReport> Objectives);

sealed record ObjectiveReport(
    [property: Description("availability or latency of placing orders, or freshness of a subscriber.")] string Name,
    [property: Description("The required share of good events, such as 0.999.")] double Target,
    IReadOnlyList<WindowReport> Windows,
    [property: Description("Threshold: the maximum latency of a request, or the maximum lag of a subscriber.")]
    double? WithinSeconds = null,
    string? Subscriber = null,
    [property: Description("Current lag of the subscriber: the age of the oldest event not applied yet. Absent if "
        + "the database is unavailable.")]
    double? LagSeconds = null);

sealed record WindowReport(
    [property: Description("Length of the window, which ends now.")] int Minutes,
    [property: Description("Requests, or lag samples of the subscriber, that met the objective.")] long Good,
    [property: Description("All requests or lag samples.")] long Total,
    [property: Description("Whether the target was met. True if total is 0.")] bool Met);

/// <summary>Reasons why a node is not ready. A reason that is also a problem code has the same name.</summary>
enum NotReady
{
    ShuttingDown, CatalogueNotLoaded, DatabaseAway, CommitNotReplicated, CommitStalled, ClockSkew,
}

[JsonSerializable(typeof(LivenessReport))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(StatusReport))]
sealed partial class HealthJson : JsonSerializerContext
{
    public static HealthJson Strict { get; } = new(StrictJson.Options());
}
