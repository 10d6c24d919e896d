using System.CommandLine;
using Tiffin.Bench;
using Tiffin.Bench.Yardsticks;

var names = new Argument<string[]>("scenario") { Description = "The scenarios to run; all without" };
var rounds = new Option<int>("--rounds") { Description = "How often each, in turn", DefaultValueFactory = _ => 2 };
var seconds = new Option<int>("--seconds")
{
    Description = "How long a run of saturation; rates are held for six times that",
    DefaultValueFactory = _ => BenchPlan.SecondsUsual,
};
var results = new Option<string>("--results")
{
    Description = "Where the results go", DefaultValueFactory = _ => "benchmarks/results",
};
var past = new Option<long>("--past-orders")
{
    Description = "How many orders stand in the tables of a chain that has grown",
    DefaultValueFactory = _ => 5_000_000,
};
var run = new Command("run", "Measure") { names, rounds, seconds, past, results };
run.SetAction((parsed, cancel) => Bench.Run(
    parsed.GetValue(names) ?? [],
    new BenchPlan(parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(past)),
    parsed.GetValue(results)!, cancel));

var file = new Argument<string>("results") { Description = "A file that a run has written" };
var folder = new Argument<string>("folder") { Description = "The folder of the documentation" };
var publish = new Command("publish", "Write a file's figures into the documentation") { file, folder };
publish.SetAction(parsed => Bench.Publish(parsed.GetValue(file)!, parsed.GetValue(folder)!));

var host = new Command("host", "Serve, with the yardsticks beside") { TreatUnmatchedTokensAsErrors = false };
host.SetAction(parsed => BenchHost.Run([.. parsed.UnmatchedTokens]));

var seed = new Command("seed", "Migrate and seed the database of ConnectionStrings__Tiffin, to look at it by hand");
seed.SetAction(async _ =>
    Console.WriteLine((await Lab.Prepare(Environment.GetEnvironmentVariable("ConnectionStrings__Tiffin")!)).Admin));

// Ctrl-C stops servers and PostgreSQL in good order and removes their files, which takes a while.
var patience = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
return await new RootCommand("Measures Tiffin") { run, publish, host, seed }.Parse(args).InvokeAsync(patience);
