using System.CommandLine;
using Npgsql;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Storage;

namespace Tiffin.Cli;

static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "Chain file (JSON): brands, ingredients, items, kitchens, stock",
        };
        var import = new Command("import", "Import a chain file into the database; safe while servers are running")
        {
            file,
        };
        import.SetAction((parsed, cancel) => Run(parsed.GetValue(file)!, cancel));
        return import;
    }

    static async Task<int> Run(string file, CancellationToken cancel)
    {
        // The server's services without its web host: the same settings, and the same commit pipeline.
        await using var app = Server.Build(WebApplication.CreateSlimBuilder());
        try
        {
            await Migrator.Check(app.Services.GetRequiredService<Database>(), cancel);
            var changed = await Import(app.Services.GetRequiredService<CommitPipeline>(), file, cancel);
            Console.WriteLine(changed
                ? $"Imported {file}."
                : $"Nothing to import: the database already has everything in {file}.");
            return 0;
        }
        catch (Exception failure) when (failure is ChainFileException or SchemaMismatchException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    static async Task<bool> Import(CommitPipeline pipeline, string file, CancellationToken cancel)
    {
        await pipeline.StartAsync(cancel);
        try
        {
            return await ChainImport.Run(pipeline, file, cancel);
        }
        finally
        {
            await pipeline.StopAsync(CancellationToken.None);
        }
    }
}
