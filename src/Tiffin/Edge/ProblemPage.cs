using System.Globalization;
using System.Net;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>
/// The documentation of a problem, which its <c>type</c> links to: cause, remedy, and an example made by the code that
/// returns it.
/// </summary>
sealed record ProblemPage(Problem Sample, string Cause, string Remedy)
{
    public const string Path = "/problems";

    /// <summary>A time for samples.</summary>
    public static readonly DateTimeOffset SampleTime = new(2026, 1, 31, 18, 30, 0, TimeSpan.Zero);

    public ProblemPage(Refusal sample, string cause, string remedy) : this(Problems.Of(sample), cause, remedy) { }

    public string Code => Sample.Code;

    public static string TypeOf(string code) => $"{Path}/{code}";
}

/// <summary>Every problem that the server returns: source of the pages, the OpenAPI document and the docs.</summary>
sealed class ProblemCatalogue(IEnumerable<ProblemPage> pages)
{
    static readonly JsonSerializerOptions indented = new(ReadableJson.Serializer) { WriteIndented = true };

    readonly SortedDictionary<string, ProblemPage> all =
        new(pages.ToDictionary(page => page.Code), StringComparer.Ordinal);

    public IEnumerable<ProblemPage> All => all.Values;

    public ProblemPage Of(string code) => all.TryGetValue(code, out var page)
        ? page
        : throw new InvalidOperationException($"The problem '{code}' has no page: add it to its feature's Problems.");

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(ProblemPage.Path, () => Html("Problems", Index())).ExcludeFromDescription().Public();
        app.MapGet($"{ProblemPage.Path}/{{code}}", (string code) => all.TryGetValue(code, out var page)
            ? Html(page.Sample.Title, Body(page))
            : Problems.NotFound).ExcludeFromDescription().Public();
    }

    public static string Json(ProblemPage page) => page.Sample.Sample().ToJsonString(indented);

    string Index() => "<ul>" + string.Concat(all.Values.Select(page =>
        $"<li><a href=\"{ProblemPage.TypeOf(page.Code)}\"><code>{page.Code}</code></a> "
        + $"({page.Sample.Status}): {Text(page.Sample.Title)}</li>")) + "</ul>";

    static string Body(ProblemPage page) => string.Create(CultureInfo.InvariantCulture, $"""
        <p><code>{page.Code}</code>, HTTP status {page.Sample.Status}</p>
        <h2>Cause</h2><p>{Text(page.Cause)}</p>
        <h2>Remedy</h2><p>{Text(page.Remedy)}</p>
        <h2>Example</h2><pre>{Text(Json(page))}</pre>
        <p><a href="{ProblemPage.Path}">All problems</a> · <a href="/docs">API reference</a></p>
        """);

    static IResult Html(string title, string body) => Results.Content($"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{Text(title)} · Tiffin</title></head>
        <body><h1>{Text(title)}</h1>
        {body}</body></html>
        """, "text/html; charset=utf-8");

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
