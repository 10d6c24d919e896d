namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Adds or replaces one catalogue entry. An identical entry changes nothing.
/// </summary>
public abstract record CatalogueCommand : Command
{
    public const int NameMax = 120;

    /// <summary>The new entry, or null with the reasons in <paramref name="faults"/>.</summary>
    public abstract CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults);

    /// <summary>The current entry, or null if it does not exist.</summary>
    protected abstract CatalogueEntry? Current(CatalogueSnapshot catalogue);

    /// <summary>The entry in the path that does not exist, if any.</summary>
    protected virtual Refusal.EntryUnknown? Missing(CatalogueSnapshot catalogue) => null;

    protected virtual bool IsMode => false;

    /// <summary>The catalogue is always loaded: no rows are needed.</summary>
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) { }

    public override Decision Decide(Workset workset)
    {
        if (Missing(workset.Catalogue) is { } missing) return Refuse(missing);
        var faults = new Faults();
        if (Build(workset.Catalogue, workset.Now, faults) is not { } entry)
            return Refuse(new Refusal.Invalid(faults.All));
        var result = new Result.OfEntry(entry);
        return entry.Equals(Current(workset.Catalogue))
            ? new Decision.Unchanged(result)
            : new Decision.Accepted([new CatalogueChanged(entry, IsMode)], result);
    }
}
