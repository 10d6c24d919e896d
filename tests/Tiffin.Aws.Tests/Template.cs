using System.Text.Json.Nodes;
using Amazon.CDK;

namespace Tiffin.Aws.Tests;

/// <summary>The CloudFormation templates. Synthesized once for all tests: it takes seconds.</summary>
sealed class Template
{
    public const string Region = "ap-south-1";

    static readonly Lazy<Dictionary<string, (Template Data, Template Service)>> all = new(Synthesize);

    readonly JsonObject root;

    Template(string file)
    {
        Text = File.ReadAllText(file);
        root = JsonNode.Parse(Text)!.AsObject();
    }

    public string Text { get; }

    public static TheoryData<string> Sizes => [.. Size.All.Select(size => size.Name)];

    public static Template Data(string size = "medium") => all.Value[size].Data;
    public static Template Service(string size = "medium") => all.Value[size].Service;
    public static IEnumerable<Template> Both(string size = "medium") => [Data(size), Service(size)];

    /// <summary>The resources, by their logical ids.</summary>
    public IEnumerable<(string Id, string Type, JsonNode Properties, JsonNode Whole)> Resources =>
        root[nameof(Resources)]!.AsObject().Select(pair => (
            pair.Key, (string)pair.Value!["Type"]!, pair.Value["Properties"] ?? new JsonObject(), pair.Value));

    public IReadOnlyList<(string Id, JsonNode Properties, JsonNode Whole)> Of(string type) =>
        [.. Resources.Where(one => one.Type == type).Select(one => (one.Id, one.Properties, one.Whole))];

    public JsonNode One(string type) => Of(type).ShouldHaveSingleItem().Properties;

    public IEnumerable<string> Outputs => root[nameof(Outputs)]!.AsObject().Select(pair => pair.Key);

    public IEnumerable<string> Parameters => root[nameof(Parameters)]!.AsObject().Select(pair => pair.Key);

    /// <summary>A value as one text; references that CloudFormation resolves are in braces.</summary>
    public static string Flat(JsonNode? value) => value switch
    {
        null => "",
        JsonObject reference when reference.ContainsKey("Fn::Join") => Joined(reference["Fn::Join"]!),
        JsonObject reference => $"{{{reference.ToJsonString()}}}",
        _ => value.ToString(),
    };

    static string Joined(JsonNode join) =>
        string.Join((string)join[0]!, join[1]!.AsArray().Select(Flat));

    static Dictionary<string, (Template, Template)> Synthesize()
    {
        // Otherwise the CDK's runtime prints long warnings about the version of Node.js.
        System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1");
        System.Environment.SetEnvironmentVariable("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1");
        var folder = Directory.CreateTempSubdirectory("tiffin-aws-");
        try
        {
            return Size.All.ToDictionary(size => size.Name, size => Synthesize(size, folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static (Template, Template) Synthesize(Size size, string folder)
    {
        var app = new App(new AppProps { Outdir = Path.Combine(folder, size.Name), AnalyticsReporting = false });
        var (data, service) = Installation.AddTo(app, size, Region);
        var assembly = app.Synth();
        return (new(Path.Combine(assembly.Directory, data.TemplateFile)),
            new(Path.Combine(assembly.Directory, service.TemplateFile)));
    }
}
