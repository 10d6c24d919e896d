using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Engine.Commit;

/// <summary>
/// Changes nothing. Its batch proves that the database can be reached, and refreshes the catalogue.
/// </summary>
sealed record Probe : Command
{
    public override void DeclareReads(ReadSet rows, CatalogueSnapshot catalogue) { }

    public override Decision Decide(Workset workset) =>
        new Decision.Unchanged(new Result.None());
}
