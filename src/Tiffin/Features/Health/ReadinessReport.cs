using System.ComponentModel;
using System.Text.Json.Serialization;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Health;

public sealed record LivenessReport(
    [property: Description("Always true: a process that cannot answer is not alive.")] bool Live);

public sealed record ReadinessReport(
    bool Ready,
    [property: Description("Why not; empty when ready.")] IReadOnlyList<NotReady> Reasons,
    [property: Description("What the last batch of commands found.")] WriterState Database,
    [property: Description("The version of the catalogue that this node reads from.")] long CatalogueVersion,
    [property: Description("The readers of the event log, on whichever node each is.")]
    IReadOnlyList<SubscriberReport> Subscribers);

public sealed record SubscriberReport(
    string Name,
    [property: Description("The last event that it has applied.")] long Position,
    long LagEvents,
    [property: Description("The age of the first event that it has not applied yet.")] double LagSeconds,
    [property: Description("Whether a node reads for it now.")] bool HasLeader,
    [property: Description("Failures in a row.")] int Failures);

public sealed record StatusReport(
    [property: Description("When this node began to count.")] DateTimeOffset Since,
    IReadOnlyList<ObjectiveReport> Objectives);

public sealed record ObjectiveReport(
    [property: Description("availability and latency of placing orders, freshness of a subscriber.")] string Name,
    [property: Description("The share that must be good.")] double Target,
    IReadOnlyList<WindowReport> Windows,
    [property: Description("What counts as good: an answer within this time, events no older than this.")]
    double? WithinSeconds = null,
    string? Subscriber = null,
    [property: Description("Of a subscriber, the age of the first event that it has not applied; absent when the "
        + "database does not say.")]
    double? LagSeconds = null);

public sealed record WindowReport(
    [property: Description("The last so many minutes.")] int Minutes,
    [property: Description("Requests, or looks at the subscriber, that were good.")] long Good,
    [property: Description("All of them.")] long Total,
    [property: Description("Whether the target was kept. Nothing asked, nothing missed.")] bool Met);

/// <summary>The same words as in the problems that a client would get.</summary>
public enum NotReady
{
    ShuttingDown, CatalogueNotLoaded, DatabaseAway, CommitNotReplicated, CommitStalled, ClockSkew, Overloaded,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Words<NotReady>), typeof(Words<WriterState>)])]
[JsonSerializable(typeof(LivenessReport))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(StatusReport))]
sealed partial class HealthJson : JsonSerializerContext;
