using System.CommandLine;
using Tiffin.Bench;
using Tiffin.Bench.Yardsticks;

var names = new Argument<string[]>("scenario") { Description = "The scenarios to run; all without" };
var rounds = new Option<int>("--rounds") { Description = "How often each", DefaultValueFactory = _ => 3 };
var seconds = new Option<int>("--seconds") { Description = "How long a run", DefaultValueFactory = _ => 10 };
var run = new Command("run", "Measure") { names, rounds, seconds };
run.SetAction(parsed => Bench.Run(
    parsed.GetValue(names) ?? [], parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds))));

var host = new Command("host", "Serve, with the yardsticks beside") { TreatUnmatchedTokensAsErrors = false };
host.SetAction(parsed => BenchHost.Run([.. parsed.UnmatchedTokens]));

var seed = new Command("seed", "Migrate and seed the database of ConnectionStrings__Tiffin, to look at it by hand");
seed.SetAction(async _ =>
    Console.WriteLine(await Bench.Prepare(Environment.GetEnvironmentVariable("ConnectionStrings__Tiffin")!)));

return await new RootCommand("Measures Tiffin") { run, host, seed }.Parse(args).InvokeAsync();
