namespace Tiffin.Domain.Catalogue;

/// <summary>
/// A command that adds or replaces one entry of the catalogue. Putting what is there already is no change.
/// </summary>
public abstract record CatalogueCommand : Command
{
    public const int NameMax = 120;

    /// <summary>The entry as it shall be, or null when <paramref name="faults"/> say why it cannot be so.</summary>
    public abstract object? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults);

    /// <summary>The entry as it is, or null.</summary>
    protected abstract object? Current(CatalogueSnapshot catalogue);

    /// <summary>What the path names and the catalogue lacks, if anything.</summary>
    protected virtual Refusal.EntryUnknown? Missing(CatalogueSnapshot catalogue) => null;

    protected virtual bool IsMode => false;

    /// <summary>The catalogue is always at hand: no rows are needed.</summary>
    public override void Touch(Footprint rows, CatalogueSnapshot catalogue) { }

    public override Decision Decide(Workset workset)
    {
        if (Missing(workset.Catalogue) is { } missing) return new Decision.Refused(missing);
        var faults = new Faults();
        if (Build(workset.Catalogue, workset.Now, faults) is not { } entry)
            return new Decision.Refused(new Refusal.Invalid(faults.All));
        var topic = new Topic.OfCatalogue(entry);
        return entry.Equals(Current(workset.Catalogue))
            ? new Decision.Unchanged(topic)
            : new Decision.Accepted([new CatalogueChanged(entry, IsMode)], topic);
    }
}
