using System.CommandLine;
using Microsoft.Extensions.Options;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Cli;

static class ServeCommand
{
    public static Command Create()
    {
        var serve = new Command("serve", "Run the server until SIGTERM or Ctrl-C")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        serve.SetAction((parsed, cancel) => Run([.. parsed.UnmatchedTokens], cancel));
        return serve;
    }

    static async Task<int> Run(string[] args, CancellationToken cancel)
    {
        await using var app = Server.Build(WebApplication.CreateSlimBuilder(args));
        await Migrator.Check(app.Services.GetRequiredService<Database>(), cancel);
        if (!app.Environment.IsDevelopment() && !await HasAdministrator(app.Services, cancel))
        {
            await Console.Error.WriteLineAsync("No administrator can sign in: there is neither an admin key nor a "
                + "token issuer. Run 'tiffin key create --role admin', or set Access__Jwt__Authority.");
            return 1;
        }
        await app.RunAsync(cancel);
        return 0;
    }

    static async Task<bool> HasAdministrator(IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredService<IOptions<JwtOptions>>().Value.Authority is not null
        || await services.GetRequiredService<KeyRing>().HasAdmin(cancel);
}
