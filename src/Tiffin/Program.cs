using System.CommandLine;
using Tiffin.Cli;

return await new RootCommand("Tiffin: the order backbone of a cloud-kitchen chain")
{
    ServeCommand.Create(),
    MigrateCommand.Create(),
    ImportCommand.Create(),
}.Parse(args).InvokeAsync();
