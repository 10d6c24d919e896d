using System.CommandLine;
using Tiffin.Dev.Run;

var root = new RootCommand("Runs Tiffin and its dependencies on this machine, for development")
{
    new RunCommand(DevServer.Start, Console.Out, Console.Error, TimeProvider.System).Build(),
};
// Graceful shutdown on Ctrl-C: the server finishes queued commands, then PostgreSQL writes its checkpoint.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await root.Parse(args).InvokeAsync(invocation);
