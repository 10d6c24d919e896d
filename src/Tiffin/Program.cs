using System.CommandLine;
using Microsoft.Extensions.Options;
using Tiffin.Cli;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

var root = new RootCommand("Tiffin: order management for a multi-brand cloud-kitchen chain");
foreach (var command in CommandLine.Commands) root.Add(command);
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // The server handles signals itself: System.CommandLine would end it two seconds after a signal, before the
        // queue is empty.
        ProcessTerminationTimeout = null,
    });
}
catch (OperationCanceledException)
{
    return 1;
}
catch (Exception failure)
{
    // The messages of these say what to do. Any other failure needs its stack trace.
    var isExplained = failure is SchemaMismatchException or MigrationBlockedException or InvalidSettingException
        or OptionsValidationException;
    await Console.Error.WriteLineAsync(isExplained ? failure.Message : failure.ToString());
    return 1;
}
