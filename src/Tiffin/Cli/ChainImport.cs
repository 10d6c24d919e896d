using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Cli;

/// <summary>Imports a chain file through the commit pipeline, like the API.</summary>
static class ChainImport
{
    // Retries are safe: every command of an import is idempotent.
    const int Attempts = 10;

    static readonly Caller importer = new(Role.Admin, "import");

    /// <summary>Imports a file. Importing the same file again changes nothing.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="ChainFileException">The file is invalid, a command was refused, or the database is
    /// unavailable.</exception>
    public static async Task<bool> Run(CommitPipeline pipeline, string path, CancellationToken cancel)
    {
        var chain = await ChainFile.Read(path, cancel);
        var changed = await Submit(pipeline, chain.Catalogue(importer), cancel);
        foreach (var opening in chain.Openings(importer)) changed |= await Submit(pipeline, opening, cancel);
        return changed;
    }

    static async Task<bool> Submit(CommitPipeline pipeline, Command command, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            switch (await pipeline.Submit(command))
            {
                case Outcome.Done { Effect: var effect }:
                    return effect == Effect.Applied;
                case Outcome.OfJson { Effect: var effect }:
                    return effect == Effect.Applied;
                case Outcome.Unavailable unavailable
                    when attempt == Attempts || unavailable.Reason == Unavailability.Failed:
                    throw ToException(unavailable.ToProblem());
                case Outcome.Unavailable:
                    await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                    break;
                case var refused:
                    throw ToException(refused.ToProblem());
            }
        }
    }

    static ChainFileException ToException(Problem problem) =>
        new(problem.Faults.Count > 0 ? problem.Faults : [new Fault("", problem.Code, problem.Detail)]);
}
