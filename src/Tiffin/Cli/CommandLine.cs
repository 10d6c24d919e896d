using System.CommandLine;

namespace Tiffin.Cli;

static class CommandLine
{
    public static IReadOnlyList<Command> Commands =>
    [
        ServeCommand.Create(),
        MigrateCommand.Create(),
        VerifyCommand.Create(),
        ImportCommand.Create(),
        KeyCommand.Create(),
        HealthCommand.Create(),
        .. Server.Features.SelectMany(feature => feature.Commands),
    ];
}
