using System.CommandLine;
using Tiffin.Bench;
using Tiffin.Bench.Yardsticks;

var names = new Argument<string[]>("scenario") { Description = "The scenarios to run; all without" };
var rounds = new Option<int>("--rounds") { Description = "How often each", DefaultValueFactory = _ => 1 };
var seconds = new Option<int>("--seconds")
{
    Description = "How long a run of saturation; rates are held for six times that",
    DefaultValueFactory = _ => 10,
};
var results = new Option<string>("--results")
{
    Description = "Where the results go", DefaultValueFactory = _ => "benchmarks/results",
};
var run = new Command("run", "Measure") { names, rounds, seconds, results };
run.SetAction((parsed, cancel) => Bench.Run(
    parsed.GetValue(names) ?? [], new BenchPlan(parsed.GetValue(rounds), parsed.GetValue(seconds)),
    parsed.GetValue(results)!, cancel));

var host = new Command("host", "Serve, with the yardsticks beside") { TreatUnmatchedTokensAsErrors = false };
host.SetAction(parsed => BenchHost.Run([.. parsed.UnmatchedTokens]));

var seed = new Command("seed", "Migrate and seed the database of ConnectionStrings__Tiffin, to look at it by hand");
seed.SetAction(async _ =>
    Console.WriteLine((await Lab.Prepare(Environment.GetEnvironmentVariable("ConnectionStrings__Tiffin")!)).Admin));

return await new RootCommand("Measures Tiffin") { run, host, seed }.Parse(args).InvokeAsync();
