using System.ComponentModel;
using System.Text.Json.Serialization;
using Tiffin.Commit;

namespace Tiffin.Http.Health;

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

/// <summary>The same words as in the problems that a client would get.</summary>
public enum NotReady { ShuttingDown, CatalogueNotLoaded, DatabaseAway, CommitNotReplicated, Overloaded }

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(Words<NotReady>), typeof(Words<WriterState>)])]
[JsonSerializable(typeof(LivenessReport))]
[JsonSerializable(typeof(ReadinessReport))]
sealed partial class HealthJson : JsonSerializerContext;
