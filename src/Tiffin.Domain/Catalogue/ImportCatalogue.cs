namespace Tiffin.Domain.Catalogue;

/// <summary>An entry to import, and its JSON pointer in the file: <c>/items/3</c>.</summary>
public sealed record ImportEntry(string Pointer, CatalogueCommand Command);

/// <summary>Imports entries in order, all or nothing. An entry may refer to earlier ones.</summary>
public sealed record ImportCatalogue(IReadOnlyList<ImportEntry> Entries) : Command
{
    public override IReadOnlyList<Fault> Check() =>
        [.. Entries.SelectMany(entry => entry.Command.Check().Select(fault => At(entry, fault)))];

    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) { }

    public override bool EndsBatch => Entries.Any(entry => entry.Command.EndsBatch);

    public override Decision Decide(Workset workset)
    {
        var scratch = new Workset(workset.Now, workset.Catalogue);
        var events = new List<DomainEvent>();
        foreach (var entry in Entries)
        {
            switch (entry.Command.Decide(scratch))
            {
                case Decision.Accepted accepted:
                    scratch.Apply(accepted);
                    events.AddRange(accepted.Events);
                    break;
                case Decision.Refused { Reason: Refusal.Invalid invalid }:
                    return Refuse(new Refusal.Invalid([.. invalid.Faults.Select(fault => At(entry, fault))]));
                case Decision.Refused refused:
                    return refused;
                case Decision.Unchanged:
                    break;
                case var other:
                    throw new InvalidOperationException($"{other.GetType()} is not a decision on a catalogue entry");
            }
        }
        return events.Count == 0
            ? new Decision.Unchanged(new Result.None())
            : new Decision.Accepted(events, new Result.None());
    }

    static Fault At(ImportEntry entry, Fault fault) => fault with { Pointer = entry.Pointer + fault.Pointer };
}
