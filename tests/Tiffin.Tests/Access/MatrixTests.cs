using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiffin.Tests.Architecture;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>
/// Every operation of the API's own document, tried by every role on what is theirs and on what is not. The outcome is
/// docs/access.md: a change of it shows up in a review. <c>ACCESS_UPDATE=1</c> writes it anew.
/// </summary>
public sealed partial class MatrixTests : IAsyncLifetime
{
    const string Document = "docs/access.md";

    const string Head = """
        # Who may do what

        Written by a test that calls every operation as every role: first on what is theirs, then on what is not
        (another kitchen, channel or customer). A number is the HTTP status. Of lists and streams it says what they
        hold: *theirs*, *all*, or *none*. Foreign and unknown are both 404 and look the same. Each rule is part of its
        route: `.Allow(…)`. 409 and 422 are refusals of the operation itself: the role may ask, but an order cannot
        go there, or is not in their own name. A member of the body in parentheses: the call with it.


        """;

    /// <summary>What is sent where the operation takes a body.</summary>
    static readonly Dictionary<string, string> bodies = new()
    {
        ["PUT /v1/orders/{}/status"] = """{ "status": "cancelled" }""",
        ["PUT /v1/kitchens/{}/stock/{}"] = """{ "threshold": 1000000 }""",
        ["POST /v1/kitchens/{}/stock/movements"] =
            """{ "movements": [{ "sku": "ghee", "kind": "received", "quantity": 1 }] }""",
        ["PUT /v1/brands/{}"] = """{ "name": "Dosa Corner" }""",
        ["PUT /v1/ingredients/{}"] = """{ "name": "Ghee", "unit": "ml" }""",
        ["PUT /v1/items/{}"] = """
            { "brandId": "dosa", "name": "masala", "price": { "amount": 12000, "currency": "INR" },
              "taxBasisPoints": 500, "recipe": [{ "sku": "rice", "quantity": 100 }] }
            """,
        ["PUT /v1/kitchens/{}"] = """
            { "name": "k", "timeZone": "Asia/Kolkata", "currency": "INR", "brands": ["dosa"] }
            """,
        ["PUT /v1/kitchens/{}/mode"] = """{ "mode": "online" }""",
        ["PUT /v1/kitchens/{}/items/{}/availability"] = """{ "available": true }""",
        ["POST /v1/webhooks"] = MatrixCast.Webhook,
        ["PATCH /v1/webhooks/{}"] = """{ "description": "x" }""",
        ["PUT /v1/kitchens/{}/alert-address"] = """{ "email": "chef@example.com" }""",
        ["POST /v1/keys"] = """{ "role": "admin", "label": "x" }""",
    };

    /// <summary>Members of a body that a role may not send although it may call the operation.</summary>
    static readonly (string Operation, string Member, Func<bool, HttpContent> Body)[] members =
    [
        ("PUT /v1/orders/{}/status", "stock",
            _ => Json("""{ "status": "cancelled", "stock": "waste" }""")),
        ("POST /v1/orders", "externalReference",
            theirs => JsonContent.Create(MatrixCast.Order(theirs, reference: $"r-{Guid.NewGuid()}"))),
    ];

    TestServer server = null!;
    MatrixCast cast = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start(
            configure: app =>
            {
                WebhookServer.Quick(app, options => options.PerOwnerMax = 1_000);
                // Nobody fails to say who they are once an operation.
                app.Configuration["Limits:AuthFailuresBurst"] = "10000";
                // All that is theirs is the orders of one customer.
                app.Configuration["Limits:OpenOrdersPerCustomer"] = "10000";
            });
        cast = await MatrixCast.Enter(server);
    }

    public async Task DisposeAsync()
    {
        cast.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_reaches_what_is_not_theirs_and_the_document_says_so()
    {
        var rows = new List<(string Operation, string[] Cells)>();
        foreach (var operation in (await ApiOperation.All(server)).Where(o => !o.IsPublic))
        {
            rows.Add(await Row(operation));
            if (operation.Response(200, "text/event-stream") is not null) rows.Add(await Row(operation, live: true));
            foreach (var (of, member, body) in members)
                if (of == Shape(operation)) rows.Add(await Row(operation, member: member, body: body));
        }

        rows.Where(row => row.Cells[0] != "401").ShouldBeEmpty();
        rows.Where(row => row.Cells[2..].Any(cell => cell.Contains("all") || cell.Contains("FOREIGN")))
            .ShouldBeEmpty();
        var text = Head + Table(rows.OrderBy(row => row.Operation.Split(' ')[1], StringComparer.Ordinal));
        if (Environment.GetEnvironmentVariable("ACCESS_UPDATE") == "1")
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Document), text);
        Repository.Text(Document).ShouldBe(text, $"run this with ACCESS_UPDATE=1 and look at what {Document} says");
    }

    [Fact]
    public async Task What_is_foreign_and_what_does_not_exist_get_the_same_answer()
    {
        string[] paths =
        [
            "/v1/orders/{0}", "/v1/orders/{0}/events", "/v1/kitchens/{1}/stock", "/v1/kitchens/{1}/stock/rice",
            "/v1/kitchens/{1}/stock/rice/movements", "/v1/orders?kitchenId={1}", "/v1/alerts?kitchenId={1}",
            "/v1/events?kitchenId={1}&types=order.*", "/v1/analytics/summary?kitchenId={1}",
        ];
        foreach (var (role, caller) in cast.Callers.Where(caller => caller.Key is not ("admin" or "nobody")))
        {
            foreach (var path in paths.Select(CompositeFormat.Parse))
            {
                var foreign = string.Format(CultureInfo.InvariantCulture, path, cast.Foreign, "k2");
                var unknown = string.Format(CultureInfo.InvariantCulture, path, Guid.CreateVersion7(), "k9");
                // A channel's and a customer's orders may be in any kitchen: for them k2 is not foreign.
                if (role is "channel" or "customer" && foreign.Contains("kitchenId=k2")) continue;
                (await Answer(caller, foreign)).ShouldBe(await Answer(caller, unknown), $"{role}: {foreign}");
            }
        }
    }

    async Task<(string, string[])> Row(
        ApiOperation operation, bool live = false, string? member = null, Func<bool, HttpContent>? body = null)
    {
        var cells = new List<string>();
        foreach (var caller in cast.Callers.Values)
        {
            var theirs = await Try(caller, operation, theirs: true, live, body);
            var foreign = await Try(caller, operation, theirs: false, live, body);
            cells.Add(theirs == foreign ? theirs : $"{theirs} · {foreign}");
        }
        var variant = live ? " (live)" : member is null ? "" : $" ({member})";
        return ($"{operation.Method} {operation.Path}{variant}", [.. cells]);
    }

    async Task<string> Try(
        HttpClient caller, ApiOperation operation, bool theirs, bool live, Func<bool, HttpContent>? body)
    {
        var address = await Address(caller, operation, theirs, live);
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), address);
        if (live) request.Headers.Accept.ParseAdd("text/event-stream");
        if (operation.Method == "POST") request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        if (operation.Node["requestBody"] is not null)
            request.Content = body is not null ? body(theirs)
                : operation.Path == "/v1/orders" ? JsonContent.Create(MatrixCast.Order(theirs))
                : Json(bodies.GetValueOrDefault(Shape(operation)) ?? operation.RequestExample!.ToJsonString());
        using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        answer.StatusCode.ShouldNotBe(HttpStatusCode.BadRequest, await Body(answer, operation));
        if (!answer.IsSuccessStatusCode || !Holds(operation)) return status;
        return $"{status} {What(live ? await Stream(answer) : await answer.Content.ReadAsStringAsync())}";
    }

    static StringContent Json(string text) => new(text, null, "application/json");

    static async Task<string> Body(HttpResponseMessage answer, ApiOperation operation) =>
        answer.IsSuccessStatusCode ? "" : operation.Id + await answer.Content.ReadAsStringAsync();

    /// <summary>Whether the operation answers with several things, of which some may be foreign.</summary>
    static bool Holds(ApiOperation operation) => operation.Path is "/v1/orders" or "/v1/events" or "/v1/alerts"
        && operation.Method == "GET";

    string What(string text) => (Has(text, cast.Theirs, "\"k1\""), Has(text, cast.Foreign, "\"k2\"")) switch
    {
        (true, true) => "all",
        (true, false) => "theirs",
        (false, true) => "FOREIGN",
        _ => "none",
    };

    static bool Has(string text, string order, string kitchen) =>
        text.Contains(order) || (!text.Contains("order") && text.Contains(kitchen));

    /// <summary>The stream up to an order that was placed last of all.</summary>
    async Task<string> Stream(HttpResponseMessage answer)
    {
        var (text, last) = (new StringBuilder(), await cast.Place(theirs: true));
        await foreach (var e in answer.Events())
        {
            text.Append(e.Data.ToJsonString());
            if (e.Data.ToJsonString().Contains(last)) break;
        }
        return text.ToString();
    }

    async Task<string> Address(HttpClient caller, ApiOperation operation, bool theirs, bool live)
    {
        var path = operation.Path;
        if (path.StartsWith("/v1/orders/{"))
            path = Replace(path, operation.Method == "PUT" ? await cast.Place(theirs)
                : theirs ? cast.Theirs : cast.Foreign);
        else if (path.StartsWith("/v1/kitchens/{")) path = Replace(path, theirs ? "k1" : "k2");
        else if (path.StartsWith("/v1/keys/{")) path = Replace(path, await cast.MakeKey());
        else if (path.StartsWith("/v1/webhooks/{"))
            path = Replace(path, await cast.MakeWebhook(theirs ? caller : server.Client));
        if (path.EndsWith("/alert-address")) await cast.SetAlertAddress(path);
        if (path.Contains("{eventId}"))
            path = path.Replace("{eventId}", await cast.MakeDelivery(path.Split('/')[3], theirs));
        path = path.Replace("{sku}", "ghee").Replace("{itemId}", "masala");
        path = Replace(path, path.StartsWith("/v1/brands") ? "dosa" : "masala");
        var query = path switch
        {
            "/v1/analytics/summary" or "/v1/analytics/items" => $"?kitchenId={(theirs ? "k1" : "k2")}",
            "/v1/analytics/timeseries" => $"?metric=placed&bucket=day&kitchenId={(theirs ? "k1" : "k2")}",
            "/v1/events" when live => "?after=0&types=order.*",
            "/v1/events" => "?types=order.*&limit=200",
            _ => "",
        };
        return path + query;
    }

    static string Replace(string path, string first) => Parameter().Replace(path, first, 1);

    static string Shape(ApiOperation operation) => $"{operation.Method} {Parameter().Replace(operation.Path, "{}")}";

    static async Task<string> Answer(HttpClient caller, string path)
    {
        using var answer = await caller.GetAsync(path);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("traceId");
        return $"{(int)answer.StatusCode} {body.ToJsonString().Replace("k2", "that").Replace("k9", "that")}";
    }

    string Table(IEnumerable<(string Operation, string[] Cells)> rows)
    {
        var text = new StringBuilder();
        text.Append("| operation | ").AppendJoin(" | ", cast.Callers.Keys).Append(" |\n");
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat("---|", cast.Callers.Count))).Append('\n');
        foreach (var (operation, cells) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| `{operation}` | ").AppendJoin(" | ", cells).Append(" |\n");
        return text.ToString();
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
