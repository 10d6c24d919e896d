using System.CommandLine;
using Tiffin.Chaos;
using Tiffin.Chaos.Faults;

var all = Enum.GetValues<FaultKind>();
var minutes = new Option<double>("--minutes")
{
    Description = "How long faults are injected", DefaultValueFactory = _ => 5,
};
var rounds = new Option<int?>("--rounds") { Description = "Each fault this often, instead of --minutes" };
var seed = new Option<int>("--seed")
{
    Description = "Decides the order, length and target of the faults, and what the clients ask for",
    DefaultValueFactory = _ => 1,
};
var nodes = new Option<int>("--nodes") { Description = "Server processes", DefaultValueFactory = _ => 2 };
var clients = new Option<int>("--clients")
{
    Description = "Clients, besides four on one scarce ingredient", DefaultValueFactory = _ => 16,
};
var rate = new Option<double>("--rate")
{
    Description = "Orders a second of all clients while nothing is broken", DefaultValueFactory = _ => 60,
};
var only = new Option<string?>("--only")
{
    Description = $"Only these faults, separated by commas: {string.Join(", ", all.Select(kind => kind.Name()))}",
};
var brief = new Option<bool>("--brief") { Description = "Faults of at most two seconds" };
var report = new Option<string?>("--report") { Description = "Where to write the report as JSON" };
var root = new RootCommand("Breaks nodes, network, disk, clock and database under load, and checks what was promised")
{
    minutes, rounds, seed, nodes, clients, rate, only, brief, report,
};
root.SetAction((parsed, cancel) => ChaosRun.Run(new ChaosPlan
{
    Time = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
    Rounds = parsed.GetValue(rounds),
    Seed = parsed.GetValue(seed),
    Nodes = parsed.GetValue(nodes),
    Clients = parsed.GetValue(clients),
    Rate = parsed.GetValue(rate),
    IsBrief = parsed.GetValue(brief),
    Kinds = parsed.GetValue(only) is { } names ? [.. names.Split(',').Select(FaultNames.Parse)] : all,
    ReportFile = parsed.GetValue(report),
}, Console.Out, cancel));

var each = new Option<int>("--each") { Description = "Each fault this often", DefaultValueFactory = _ => 1 };
var patroni = new Command("patroni", "The same on three PostgreSQL under Patroni, whose leader is taken away")
{
    each, seed, nodes, clients, rate, report,
};
patroni.SetAction((parsed, cancel) => ChaosRun.RunPatroni(new ChaosPlan
{
    Rounds = parsed.GetValue(each),
    Seed = parsed.GetValue(seed),
    Nodes = parsed.GetValue(nodes),
    Clients = parsed.GetValue(clients),
    Rate = parsed.GetValue(rate),
    ReportFile = parsed.GetValue(report),
}, Console.Out, cancel));
root.Add(patroni);

// After Ctrl-C, stopping the nodes and PostgreSQL and deleting their files takes a while.
var patience = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
return await root.Parse(args).InvokeAsync(patience);
