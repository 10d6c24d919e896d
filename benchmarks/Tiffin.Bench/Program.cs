using System.CommandLine;
using Tiffin.Bench;
using Tiffin.Bench.Yardsticks;

var names = new Argument<string[]>("scenario") { Description = "Scenarios to run (default: all)" };
var rounds = new Option<int>("--rounds") { Description = "Number of rounds", DefaultValueFactory = _ => 2 };
var seconds = new Option<int>("--seconds")
{
    Description = "Length of a saturation run; fixed-rate runs take six times as long",
    DefaultValueFactory = _ => BenchPlan.SecondsUsual,
};
var results = new Option<string>("--results")
{
    Description = "Folder for results", DefaultValueFactory = _ => "benchmarks/results",
};
var past = new Option<long>("--past-orders")
{
    Description = "Number of past orders in the full database of the growth scenario",
    DefaultValueFactory = _ => 5_000_000,
};
var run = new Command("run", "Run scenarios") { names, rounds, seconds, past, results };
run.SetAction((parsed, cancel) => Bench.Run(
    parsed.GetValue(names) ?? [],
    new BenchPlan(parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(past)),
    parsed.GetValue(results)!, cancel));

var file = new Argument<string>("results") { Description = "Result file of a run" };
var folder = new Argument<string>("folder") { Description = "Folder of the documentation page" };
var publish = new Command("publish", "Write the results of a file into the documentation") { file, folder };
publish.SetAction(parsed => Bench.Publish(parsed.GetValue(file)!, parsed.GetValue(folder)!));

var host = new Command("host", "Run the server with the baseline endpoints") { TreatUnmatchedTokensAsErrors = false };
host.SetAction(parsed => BenchHost.Run([.. parsed.UnmatchedTokens]));

var seed = new Command("seed", "Migrate and seed the database of ConnectionStrings__Tiffin, for manual inspection");
seed.SetAction(async _ =>
    Console.WriteLine((await Lab.Prepare(Environment.GetEnvironmentVariable("ConnectionStrings__Tiffin")!)).Admin));

// Ctrl-C shuts the servers and PostgreSQL down gracefully and removes their files, which takes a while.
var patience = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
return await new RootCommand("Benchmarks of Tiffin") { run, publish, host, seed }.Parse(args).InvokeAsync(patience);
