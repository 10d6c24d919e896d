using System.Text.Json.Serialization;
using Npgsql;
using Tiffin.Engine.Verify;

namespace Tiffin.Edge;

/// <summary>
/// One folder under <c>Features</c>. Deleting the folder and its line in <c>Server.Features</c> removes the feature: no
/// other code may refer to it.
/// </summary>
abstract class Feature
{
    /// <summary>Registers services, subscribers, chores and options.</summary>
    public virtual void Add(WebApplicationBuilder builder) { }

    /// <summary>Maps the routes, each with its permission and its description.</summary>
    public virtual void Map(WebApplication app) { }

    /// <summary>Serialization metadata of the request and response bodies.</summary>
    public virtual JsonSerializerContext? Json => null;

    /// <summary>
    /// Tags of its routes, except those that another feature declares. They appear in the order of the features.
    /// </summary>
    public virtual IEnumerable<ApiTag> Tags => [];

    /// <summary>Problems that only this feature returns.</summary>
    public virtual IEnumerable<ProblemPage> Problems => [];

    /// <summary>Commands of the command line.</summary>
    public virtual IEnumerable<System.CommandLine.Command> Commands => [];

    /// <summary>Invariants of its tables, checked by <c>tiffin verify</c>.</summary>
    public virtual IEnumerable<Invariant> Invariants => [];

    /// <summary>Verifies what a single query cannot compare with the log.</summary>
    public virtual Task<IReadOnlyList<Finding>> Verify(NpgsqlConnection session, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Finding>>([]);
}
