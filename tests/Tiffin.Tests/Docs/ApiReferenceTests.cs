using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.EventLog;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>
/// The reference in docs/api, a page per tag, from calls that this test makes; TIFFIN_UPDATE_DOCS=1 writes it.
/// </summary>
public sealed class ApiReferenceTests : IAsyncLifetime
{
    const string Conventions = "docs/api/README.md";
    const string Errors = "docs/api/errors.md";

    /// <summary>Codes that any operation may return: listed once, in the conventions.</summary>
    static readonly string[] general =
    [
        "malformed_request", "idempotency_key_missing", "idempotency_key_invalid", "idempotency_key_reused", "too_slow",
        "body_too_large", "not_json", "validation_failed", "overloaded", "late", "outcome_unknown", "database_away",
        "shutting_down", "unauthenticated", "forbidden", "foreign_origin", "antiforgery_missing", "too_many_requests",
        "too_many_concurrent_requests",
        "internal_error", "issuer_away",
    ];

    static readonly string[] methods = ["POST", "PUT", "GET", "PATCH", "DELETE"];

    TestServer server = null!;
    IReadOnlyList<ApiOperation> operations = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start(configure: app =>
        {
            WebhookServer.Quick(app);
            app.Services.PostConfigure<SubscriptionOptions>(options =>
            {
                options.LagSampleInterval = TimeSpan.FromMilliseconds(100);
                // The reference shows that each subscriber has a leader.
                options.LeaseDuration = Eventually.Patience;
            });
            app.Configuration["Notifications:PrintToConsole"] = "true";
        });
        operations = await ApiOperation.All(server);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void Each_refusal_has_a_problem_with_a_page_of_its_own_or_a_common_one()
    {
        Type[] common = [typeof(Refusal.Invalid), typeof(Refusal.KeyReused), typeof(Refusal.OrderNotFound),
            typeof(Refusal.EntryNotFound)];

        Problems.Refusals.Select(row => row.Kind).Concat(common)
            .ShouldBe(typeof(Refusal).GetNestedTypes(), ignoreOrder: true);
    }

    [Fact]
    public async Task The_reference_shows_each_operation_as_it_answers()
    {
        await using var receiver = await Receiver.Start();
        var calls = new Transcript(server, operations);
        await new ApiStory(server, calls, receiver).Tell();

        calls.Called.Order().ShouldBe(operations.Select(operation => operation.Id).Order());
        var tags = operations.GroupBy(Transcript.Tag).ToList();
        foreach (var tag in tags) await Keep(PageOf(tag.Key), "calls", Reference(tag, calls));
        Repository.Files("docs/api").Where(page => Repository.Text(page).Contains("<!-- calls:"))
            .ShouldBe(tags.Select(tag => PageOf(tag.Key)), ignoreOrder: true);
        await Keep(Conventions, "common codes", string.Join(", ", general.Select(Link)) + ".\n");
    }

    static string PageOf(string tag) => $"docs/api/{tag.ToLowerInvariant().Replace(' ', '-')}.md";

    [Fact]
    public async Task The_page_of_errors_has_each_problem_that_the_document_lists()
    {
        var catalogue = server.Services.GetRequiredService<ProblemCatalogue>();

        operations[0].Document["components"]!["schemas"]!["ProblemCode"]!["x-extensible-enum"]!.AsArray()
            .Select(code => (string)code!).ShouldBe(catalogue.All.Select(page => page.Code), ignoreOrder: true);
        await Keep(Errors, "problems", string.Concat(catalogue.All.Select(Section)));
        await Keep(Errors, "fault codes", "| code | meaning |\n|---|---|\n" + string.Concat(FaultCodes.Meanings
            .OrderBy(code => code.Key, StringComparer.Ordinal).Select(code => $"| `{code.Key}` | {code.Value} |\n")));
    }

    static string Section(ProblemPage page) => $"""

        ### {page.Code}

        {page.Sample.Status}: {page.Sample.Title}. {page.Cause}

        **Remedy:** {page.Remedy}

        ```json
        {ProblemCatalogue.Json(page)}
        ```

        """;

    /// <summary>Compares a generated part of a page with the code, or writes it.</summary>
    static async Task Keep(string page, string part, string expected)
    {
        var (begin, end) = ($"<!-- {part}: written by ApiReferenceTests -->\n", $"<!-- end of {part} -->\n");
        var text = Repository.Text(page);
        var (from, to) = (text.IndexOf(begin) + begin.Length, text.IndexOf(end));
        if (Environment.GetEnvironmentVariable("TIFFIN_UPDATE_DOCS") == "1")
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, page), text[..from] + expected + text[to..]);
        else
            text[from..to].ShouldBe(expected);
    }

    static string Reference(IEnumerable<ApiOperation> tag, Transcript calls) => string.Concat(tag
        .OrderBy(operation => operation.Path, StringComparer.Ordinal)
        .ThenBy(operation => Array.IndexOf(methods, operation.Method))
        .Select(operation => Section(operation, calls.Of(operation.Id))));

    static string Section(ApiOperation operation, string calls)
    {
        var text = new StringBuilder($"\n## {operation.Node["summary"]}\n\n");
        text.Append($"`{operation.Method} {operation.Path}`. {operation.Node["description"]}\n");
        var asks = operation.Parameters.Where(parameter => (string)parameter["in"]! == "query").ToList();
        if (asks.Count > 0) text.Append('\n');
        foreach (var parameter in asks) text.Append($"- `{parameter["name"]}`: {parameter["description"]}\n");
        var refusals = Refusals(operation).ToList();
        if (refusals.Count > 0) text.Append($"\nErrors: {string.Join(", ", refusals)}.\n");
        return text.Append('\n').Append(calls).ToString();
    }

    static IEnumerable<string> Refusals(ApiOperation operation) =>
        from response in operation.Node["responses"]!.AsObject()
        where response.Key[0] is '4' or '5'
        from code in operation.Codes(int.Parse(response.Key))
        where !general.Contains(code)
        select $"{response.Key} {Link(code)}";

    static string Link(string code) => $"[`{code}`](errors.md#{code})";
}
