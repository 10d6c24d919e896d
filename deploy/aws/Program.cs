// The installation on AWS: synthesized and asserted by tests, never deployed.
using Amazon.CDK;
using Tiffin.Aws;
using Size = Tiffin.Aws.Size;

// dotnet run --project deploy/aws -- medium ap-south-1: writes the templates to artifacts/aws.
var size = Size.All.FirstOrDefault(one => one.Name == args.FirstOrDefault());
if (size is null || args.Length != 2)
{
    Console.Error.WriteLine($"Usage: {string.Join('|', Size.All.Select(one => one.Name))} REGION");
    return 2;
}
var app = new App(new AppProps { Outdir = "artifacts/aws", AnalyticsReporting = false });
Installation.AddTo(app, size, args[1]);
foreach (var stack in app.Synth().Stacks)
    Console.WriteLine(stack.TemplateFullPath);
return 0;
