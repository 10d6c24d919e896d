using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Cli;

/// <summary>Brings a chain file into an installation through the same commands that the API submits.</summary>
public static class ChainImport
{
    /// <summary>Every command of an import may be repeated, so a busy or slow database is asked again.</summary>
    const int Attempts = 10;

    static readonly Caller importer = new(Role.Admin, "import");

    /// <summary>Imports; answers whether that changed anything. The same file again changes nothing.</summary>
    /// <exception cref="ChainFileException">Something in it is refused, or the database does not answer.</exception>
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
                case Outcome.OfEntry { Effect: var effect }:
                    return effect == Effect.Applied;
                case Outcome.OfJson { Effect: var effect }:
                    return effect == Effect.Applied;
                case Outcome.Unavailable unavailable
                    when attempt == Attempts || unavailable.Why == Unavailability.Failed:
                    throw Refused(unavailable.ToProblem());
                case Outcome.Unavailable:
                    await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                    break;
                case var refused:
                    throw Refused(refused.ToProblem());
            }
        }
    }

    static ChainFileException Refused(Problem problem) =>
        new(problem.Faults.Count > 0 ? problem.Faults : [new Fault("", problem.Code, problem.Detail)]);
}
