using System.CommandLine;
using Tiffin.Storage;

namespace Tiffin.Cli;

static class MigrateCommand
{
    public static Command Create()
    {
        var migrate = new Command("migrate", "Bring the database's schema up to this build");
        migrate.SetAction(async (_, cancel) =>
        {
            var applied = await Migrator.Migrate(CliSettings.ConnectionString, cancel);
            Console.WriteLine($"{applied} migration(s) applied; the schema is at version {Migrator.Expected}.");
            return 0;
        });
        return migrate;
    }
}
