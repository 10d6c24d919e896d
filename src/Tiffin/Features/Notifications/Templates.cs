using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Tiffin.Features.Notifications;

/// <summary>
/// Message templates per brand and language; each line of a file is <c>name: text</c>. A brand's file overrides
/// <c>default</c>, and files in the operator's folder override the built-in ones, both line by line.
/// </summary>
sealed class Templates(IOptions<NotificationOptions> settings)
{
    const string Default = "default";

    readonly NotificationOptions options = settings.Value;
    readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> cache = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">The language has no such template.</exception>
    public string Text(string? brand, string name)
    {
        var language = brand is not null && options.Languages.TryGetValue(brand, out var configured)
            ? configured
            : options.Language;
        return cache.GetOrAdd($"{brand}.{language}", _ => Load(brand, language)).TryGetValue(name, out var text)
            ? text
            : throw new InvalidOperationException($"no template '{name}' in the language '{language}'");
    }

    Dictionary<string, string> Load(string? brand, string language)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in new[] { Default, brand ?? Default })
            foreach (var line in ReadBuiltIn($"{name}.{language}.txt").Concat(ReadOverrides($"{name}.{language}.txt")))
                if (!line.StartsWith('#') && line.Split(": ", 2) is [var key, var text])
                    texts[key.Trim()] = text.Trim().Replace("\\n", "\n", StringComparison.Ordinal);
        return texts;
    }

    IEnumerable<string> ReadOverrides(string file) =>
        options.TemplatesFolder is { } folder && File.Exists(Path.Combine(folder, file))
            ? File.ReadLines(Path.Combine(folder, file))
            : [];

    static IEnumerable<string> ReadBuiltIn(string file)
    {
        using var stream = typeof(Templates).Assembly.GetManifestResourceStream($"templates/{file}");
        if (stream is null) yield break;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
