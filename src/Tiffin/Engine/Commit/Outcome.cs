using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Commit;

/// <summary>The result of <see cref="CommitPipeline.Submit"/>. A change is durable when its outcome is known.</summary>
abstract record Outcome
{
    Outcome() { }

    public sealed record Refused(Refusal Reason) : Outcome;

    /// <summary>The order after the command. <paramref name="Effect"/> says whether this command changed it.</summary>
    public sealed record OfOrder(OrderDocument Document, Effect Effect) : Outcome;

    /// <summary>A JSON response that is stored with its idempotency key.</summary>
    public sealed record OfJson(byte[] Json, Effect Effect) : Outcome;

    /// <summary>A catalogue entry, and the version of the catalogue that it belongs to.</summary>
    public sealed record OfEntry(CatalogueEntry Entry, CatalogueSnapshot Catalogue, Effect Effect) : Outcome;

    /// <summary>Carried out, or the requested state was already in place; there is nothing to return.</summary>
    public sealed record Done(Effect Effect) : Outcome;

    /// <summary>The command was not executed, or its outcome is unknown. The command itself is valid.</summary>
    public sealed record Unavailable(Unavailability Reason) : Outcome;
}

enum Effect
{
    /// <summary>This command changed the state.</summary>
    Applied,

    /// <summary>The idempotency key was used before: this is the outcome of the first request.</summary>
    Replayed,

    /// <summary>The requested state was already in place; nothing changed.</summary>
    Unchanged,
}

enum Unavailability
{
    /// <summary>Rejected by load shedding; not executed.</summary>
    Overloaded,

    /// <summary>The deadline passed while the batch continues: retry with the same idempotency key.</summary>
    Late,

    /// <summary>The commit may have been lost or may not be replicated: retry with the same idempotency key.</summary>
    Unknown,

    /// <summary>The database does not accept writes; not executed.</summary>
    DatabaseAway,

    /// <summary>This command made the batch fail; the cause is logged. Not executed.</summary>
    Failed,

    /// <summary>The node is shutting down; not executed.</summary>
    ShuttingDown,
}

static class UnavailabilityCodes
{
    /// <summary>The code of the problem, and the reason in metrics.</summary>
    public static string Code(this Unavailability reason) => reason switch
    {
        Unavailability.Overloaded => "overloaded",
        Unavailability.Late => "late",
        Unavailability.Unknown => "outcome_unknown",
        Unavailability.DatabaseAway => "database_away",
        Unavailability.Failed => "internal_error",
        Unavailability.ShuttingDown => "shutting_down",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
