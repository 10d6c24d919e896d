using System.CommandLine;
using Tiffin.Cli;

return await new RootCommand("Tiffin: the order backbone of a cloud-kitchen chain")
{
    ServeCommand.Create(),
    MigrateCommand.Create(),
    VerifyCommand.Create(),
    ImportCommand.Create(),
    KeyCommand.Create(),
    RebuildCommand.Create(),
    HealthCommand.Create(),
    // The server takes signals itself: the command line would end it two seconds after one, whatever is queued.
}.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
