using Tiffin.Tests.Architecture;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Tiffin.Tests.Deploy;

/// <summary>A YAML file of the repository, with its anchors and merges resolved.</summary>
sealed class Yaml(object? node)
{
    public static Yaml File(string path) => Documents(Repository.Text(path)).Single();

    public static IReadOnlyList<Yaml> Documents(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new Deserializer();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        var documents = new List<Yaml>();
        while (!parser.Accept<YamlDotNet.Core.Events.StreamEnd>(out _))
            documents.Add(new Yaml(deserializer.Deserialize<object>(parser)));
        return documents;
    }

    /// <summary>The value of a member; empty if there is no such member.</summary>
    public Yaml this[string name] =>
        new(node is Dictionary<object, object> map && map.TryGetValue(name, out var value) ? value : null);

    public bool Exists => node is not null;

    public IEnumerable<(string Name, Yaml Value)> Members =>
        node is Dictionary<object, object> map ? map.Select(pair => ((string)pair.Key, new Yaml(pair.Value))) : [];

    public IEnumerable<Yaml> Items => node is List<object> list ? list.Select(item => new Yaml(item)) : [];

    public override string ToString() => node as string ?? "";
}
