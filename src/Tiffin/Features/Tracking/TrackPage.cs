using System.Globalization;
using System.Text;
using Tiffin.Edge;

namespace Tiffin.Features.Tracking;

/// <summary>
/// The customer's page of an order. It is complete without its script, which replaces the parts that have an id with
/// those of a freshly rendered page, so that only the server writes the sentences.
/// </summary>
sealed class TrackPage(TrackTexts texts, string title, Html main) : IResult
{
    const int RefreshSeconds = 20;

    static readonly IReadOnlyList<string> files = WebAssets.Entry("track/main.ts");

    int Status { get; init; } = StatusCodes.Status200OK;

    Html Refresh { get; init; } = Html.None;

    public static IResult Of(
        HttpContext context, string token, TrackedOrder tracked, TrackView view, DateTimeOffset now, bool canCancel)
    {
        var texts = TrackTexts.For(context.Request);
        var content = new TrackContent(tracked, view, texts, now)
        {
            CanCancel = canCancel,
            CancelNote = context.Request.Query["cancel"].ToString() switch
            {
                "late" when !canCancel => texts.TooLateToCancel,
                "failed" when canCancel => texts.CancelFailed,
                _ => null,
            },
        };
        var page = new TrackPage(texts, $"{content.Headline} · {view.Brand}", content.Main(token));
        return tracked.Document.Order.IsOpen ? page.WithRefresh($"<noscript>{RefreshTag}</noscript>") : page;
    }

    public static IResult NotFound(HttpContext context)
    {
        var texts = TrackTexts.For(context.Request);
        return new TrackPage(texts, texts.NotFoundTitle, Message(texts.NotFoundTitle, texts.NotFound))
        {
            Status = StatusCodes.Status404NotFound,
        };
    }

    /// <summary>Replaces a problem of the edge with a page for a person.</summary>
    public static Task WriteProblem(HttpContext context, Problem problem)
    {
        var texts = TrackTexts.For(context.Request);
        if (problem.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new TrackPage(texts, texts.UnavailableTitle, Message(texts.UnavailableTitle, texts.Unavailable))
        {
            Status = problem.Status, Refresh = RefreshTag,
        }.ExecuteAsync(context);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        await response.WriteBytes(
            "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Document.ToString()), httpContext.RequestAborted);
    }

    static Html RefreshTag => $"""<meta http-equiv="refresh" content="{RefreshSeconds}">""";

    Html Document => $"""
        <!doctype html>
        <html lang="{texts.Language}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <link rel="icon" href="/icon.svg">
        {files.Select(Tag)}{Refresh}
        </head>
        <body>
        {main}
        <footer>{LinkTo(texts.OtherLanguage)}</footer>
        </body>
        </html>
        """;

    TrackPage WithRefresh(Html refresh) => new(texts, title, main) { Refresh = refresh };

    static Html Tag(string file)
    {
        if (file.EndsWith(".css", StringComparison.Ordinal)) return $"""<link rel="stylesheet" href="{file}">""";
        return $"""<script type="module" src="{file}"></script>""";
    }

    static Html LinkTo(TrackTexts other) =>
        $"""<a href="?lang={other.Language}" lang="{other.Language}">{other.LanguageName}</a>""";

    static Html Message(string title, string text) => $"""
        <main class="message"><h1>{title}</h1><p>{text}</p></main>
        """;
}
