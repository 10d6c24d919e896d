namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Adds or replaces one catalogue entry. An identical entry changes nothing.
/// </summary>
public abstract record CatalogueCommand : Command
{
    public const int NameMax = 120;

    /// <summary>The caller's condition on the current entry, which is null if it does not exist.</summary>
    public Func<CatalogueEntry?, CatalogueSnapshot, bool>? Condition { get; init; }

    /// <summary>The new entry, or null with the reasons in <paramref name="faults"/>.</summary>
    public abstract CatalogueEntry? Build(CatalogueSnapshot catalogue, DateTimeOffset now, Faults faults);

    /// <summary>The current entry, or null if it does not exist.</summary>
    protected abstract CatalogueEntry? Current(CatalogueSnapshot catalogue);

    /// <summary>The entry in the path that does not exist, if any.</summary>
    protected virtual Refusal.EntryNotFound? Missing(CatalogueSnapshot catalogue) => null;

    protected virtual bool IsModeChange => false;

    /// <summary>The catalogue is always loaded: no rows are needed.</summary>
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) { }

    public override Decision Decide(Workset workset)
    {
        if (Missing(workset.Catalogue) is { } missing) return Refuse(missing);
        var current = Current(workset.Catalogue);
        var faults = new Faults();
        if (Build(workset.Catalogue, workset.Now, faults) is not { } entry)
            return Refuse(new Refusal.Invalid(faults.All));
        var result = new Result.OfEntry(entry);
        // Before the condition: the repetition of a request whose response was lost must not be refused.
        if (entry.Equals(current)) return new Decision.Unchanged(result);
        return Condition?.Invoke(current, workset.Catalogue) == false
            ? Refuse(new Refusal.StaleEntry())
            : new Decision.Accepted([new CatalogueChanged(entry, IsModeChange)], result);
    }
}
