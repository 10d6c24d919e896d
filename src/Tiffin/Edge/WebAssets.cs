using System.Reflection;
using System.Text.Json;

namespace Tiffin.Edge;

/// <summary>The build output of web/, embedded in this assembly.</summary>
static class WebAssets
{
    const string Root = "wwwroot/";
    const string Manifest = ".vite/manifest.json";

    static readonly Dictionary<string, WebAsset> files = GroupByName(Embedded());

    /// <summary>Files served at the root of the site, such as its icon.</summary>
    public static IEnumerable<string> AtRoot =>
        files.Keys.Where(name => !name.Contains('/') && !name.EndsWith(".html", StringComparison.Ordinal));

    public static IResult Of(string name) => files.TryGetValue(name, out var file) ? file : Problems.NotFound;

    public static IResult Page(string screen, int status = StatusCodes.Status200OK) =>
        files.TryGetValue($"{screen}.html", out var page) ? page with { Status = status } : Problems.NotFound;

    /// <summary>
    /// The styles and the script built from an entry that is not an HTML file; empty if it was not built.
    /// </summary>
    public static IReadOnlyList<string> Entry(string source)
    {
        if (!files.TryGetValue(Manifest, out var manifest)) return [];
        using var json = JsonDocument.Parse(manifest.Plain);
        if (!json.RootElement.TryGetProperty(source, out var entry)) return [];
        var styles = entry.TryGetProperty("css", out var css) ? [.. css.EnumerateArray()] : Array.Empty<JsonElement>();
        return [.. styles.Append(entry.GetProperty("file")).Select(file => $"/{file.GetString()}")];
    }

    static Dictionary<string, ReadOnlyMemory<byte>> Embedded()
    {
        var assembly = typeof(WebAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Root, StringComparison.Ordinal))
            .ToDictionary(name => name[Root.Length..], name => Content(assembly, name), StringComparer.Ordinal);
    }

    /// <summary>Groups contents into files by name, each with its compressed copies if there are any.</summary>
    public static Dictionary<string, WebAsset> GroupByName(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> contents)
    {
        return contents.Where(file => Path.GetExtension(file.Key) is not (".br" or ".gz")).ToDictionary(
            file => file.Key,
            file => new WebAsset(file.Key, file.Value, Copy(file.Key + ".br"), Copy(file.Key + ".gz")),
            StringComparer.Ordinal);

        // A bare null would become an empty copy, because an array converts to memory.
        ReadOnlyMemory<byte>? Copy(string name) =>
            contents.TryGetValue(name, out var content) ? content : default(ReadOnlyMemory<byte>?);
    }

    static ReadOnlyMemory<byte> Content(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
