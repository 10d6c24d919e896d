using System.CommandLine;
using Tiffin.Storage;

namespace Tiffin.Cli;

static class ServeCommand
{
    public static Command Create()
    {
        var serve = new Command("serve", "Answer requests until told to stop") { TreatUnmatchedTokensAsErrors = false };
        serve.SetAction((parsed, cancel) => Run([.. parsed.UnmatchedTokens], cancel));
        return serve;
    }

    static async Task<int> Run(string[] args, CancellationToken cancel)
    {
        await using var app = Server.Build(WebApplication.CreateSlimBuilder(args));
        try
        {
            await Migrator.Check(app.Services.GetRequiredService<Database>(), cancel);
        }
        catch (SchemaMismatchException mismatch)
        {
            await Console.Error.WriteLineAsync(mismatch.Message);
            return 1;
        }
        await app.RunAsync(cancel);
        return 0;
    }
}
