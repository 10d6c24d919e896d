using System.CommandLine;
using Tiffin.Dev.Run;

var root = new RootCommand("Tiffin for development: everything it needs, on this machine")
{
    new RunCommand(DevServer.Start, Console.Out, Console.Error, TimeProvider.System).Build(),
};
// Ctrl-C is answered in good order: the server finishes what is queued, then PostgreSQL writes its checkpoint.
var patient = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await root.Parse(args).InvokeAsync(patient);
