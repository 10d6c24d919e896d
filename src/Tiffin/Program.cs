using System.CommandLine;
using Tiffin.Cli;

var root = new RootCommand("Tiffin: order management for a multi-brand cloud-kitchen chain");
foreach (var command in CommandLine.Commands) root.Add(command);
// The server handles signals itself: System.CommandLine would end it two seconds after one, before the queue is empty.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
