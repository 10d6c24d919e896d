using System.CommandLine;
using Tiffin.Engine.Storage;

namespace Tiffin.Cli;

static class MigrateCommand
{
    public static Command Create()
    {
        var migrate = new Command("migrate", "Apply pending schema migrations to the database");
        migrate.SetAction(async (_, cancel) =>
        {
            var applied = await Migrator.Migrate(
                DatabaseSettings.CommandConnectionString(), Console.Error.WriteLine, cancel);
            Console.WriteLine($"Applied {applied} migration(s). Schema version: {Migrator.Expected}.");
            return 0;
        });
        return migrate;
    }
}
