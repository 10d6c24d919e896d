using Tiffin.Domain;
using Tiffin.Wire;

namespace Tiffin.Commit;

/// <summary>What a caller of <see cref="CommitPipeline.Submit"/> learns, once it is on disk.</summary>
public abstract record Outcome
{
    Outcome() { }

    public sealed record Refused(Refusal Reason) : Outcome;

    /// <summary>The order after the command. <paramref name="How"/> tells whether the command made it so.</summary>
    public sealed record OfOrder(OrderDocument Document, Made How) : Outcome;

    /// <summary>A JSON answer that is kept with its key.</summary>
    public sealed record OfStock(byte[] Json, Made How) : Outcome;

    /// <summary>An entry of the catalogue, of its own type.</summary>
    public sealed record OfEntry(object Entry, CatalogueAt At, Made How) : Outcome;

    /// <summary>Not done, and nothing is known to be wrong with the command.</summary>
    public sealed record Unavailable(Unavailability Why) : Outcome;
}

/// <summary>The catalogue that an entry is to be read with.</summary>
public sealed record CatalogueAt(Domain.Catalogue.CatalogueSnapshot Catalogue);

public enum Made
{
    /// <summary>By this command.</summary>
    Now,

    /// <summary>Before, under the same key: this is the first answer again.</summary>
    Replayed,

    /// <summary>Before; the command asked for what is so already.</summary>
    Before,
}

public enum Unavailability
{
    /// <summary>The queue is full: nothing was done.</summary>
    Overloaded,

    /// <summary>The deadline passed while the batch goes on: ask again with the same key.</summary>
    Late,

    /// <summary>Committed, but perhaps not replicated: only a later look at the key tells.</summary>
    Unknown,

    /// <summary>The database cannot take writes: nothing was done.</summary>
    DatabaseAway,

    /// <summary>This command alone made PostgreSQL refuse its batch; the log says why. Nothing was done.</summary>
    Failed,

    /// <summary>The node is leaving: nothing was done.</summary>
    ShuttingDown,
}
