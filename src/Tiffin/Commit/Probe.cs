using Tiffin.Domain;
using Tiffin.Domain.Catalogue;

namespace Tiffin.Commit;

/// <summary>
/// Asks for nothing. Its batch shows that the way to the database is open, and brings the catalogue along.
/// </summary>
sealed record Probe : Command
{
    public override void Touch(Footprint rows, CatalogueSnapshot catalogue) { }

    public override Decision Decide(Workset workset) =>
        new Decision.Unchanged(new Topic.OfCatalogue(workset.Catalogue));
}
