using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Inventory;

/// <summary>Each test has its own kitchen.</summary>
public sealed class InventoryTests(SmallChainServer shared) : IClassFixture<SmallChainServer>, IAsyncLifetime
{
    TestServer server = shared.Server;
    string kitchen = null!;

    string Stock => $"/v1/kitchens/{kitchen}/stock";

    public async Task InitializeAsync() => kitchen = await Own.Kitchen(server);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_ledger_lists_every_change_newest_first_with_the_balance_after_it(bool isWritten)
    {
        var order = await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: 3));
        await Move(("rice", "wasted", 50, "burnt"), ("rice", "counted", 9_600, null),
            ("rice", "corrected", -600, null));
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled" });
        // At once, from the event log, and later, from the written pages.
        if (isWritten) await server.HasRead("ledger");

        var ledger = (await server.Get($"{Stock}/rice/movements"))["data"]!.AsArray();

        ledger.Select(line => ((string)line!["kind"]!, (long)line["delta"]!, (long)line["balance"]!)).ShouldBe([
            ("returned", 300, 9_300), ("corrected", -600, 9_000), ("counted", -50, 9_600), ("wasted", -50, 9_650),
            ("sold", -300, 9_700), ("received", 10_000, 10_000),
        ]);
        ledger.Select(line => (string?)line!["orderId"]).ShouldBe(
            [(string)order["id"]!, null, null, null, (string)order["id"]!, null]);
        ledger.Select(line => (int?)line!["orderNumber"]).ShouldBe(
            [(int)order["number"]!, null, null, null, (int)order["number"]!, null]);
        ledger.Select(line => (string?)line!["note"]).ShouldBe([null, null, null, "burnt", null, null]);
        ((long)(await server.Get($"{Stock}/rice"))["onHand"]!).ShouldBe(9_300);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(50)]
    public async Task Pages_of_the_ledger_go_on_wherever_the_last_one_ended(int limit)
    {
        // More lines than a written page holds; then some that are only in the event log.
        await Move([.. Enumerable.Range(1, 45).Select(n => ("ghee", "received", (long)n, (string?)null))]);
        await server.HasRead("ledger");
        await using var held = await LogLock.TakeCheckpoint(server.ConnectionString, "ledger");
        await Move([.. Enumerable.Range(46, 5).Select(n => ("ghee", "received", (long)n, (string?)null))]);

        var (balances, cursor) = (new List<long>(), "");
        do
        {
            var page = await server.Get($"{Stock}/ghee/movements?limit={limit}{cursor}");
            balances.AddRange(page["data"]!.AsArray().Select(line => (long)line!["balance"]!));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);

        balances.ShouldBe(Enumerable.Range(0, 51).Select(n => 10_000L + n * (n + 1) / 2).Reverse());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_ledger_says_why_stock_was_wasted(bool isWritten)
    {
        await server.Post($"{Stock}/movements", new
        {
            movements = new object[]
            {
                new { sku = "rice", kind = "wasted", quantity = 50, reason = "burnt", note = "second pot" },
                new { sku = "rice", kind = "wasted", quantity = 30 },
            },
        });
        var order = await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: 3));
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled", stock = "waste" });
        if (isWritten) await server.HasRead("ledger");

        var ledger = (await server.Get($"{Stock}/rice/movements"))["data"]!.AsArray();

        ledger.Select(line => ((string)line!["kind"]!, (string?)line["reason"], (string?)line["note"])).ShouldBe([
            ("wasted", "cancelled_order", null), ("returned", null, null), ("sold", null, null),
            ("wasted", null, null), ("wasted", "burnt", "second pot"), ("received", null, null),
        ]);
    }

    [Theory]
    [InlineData("wasted", "eaten", HttpStatusCode.BadRequest, "/movements/0/reason", "malformed")]
    [InlineData("counted", "burnt", HttpStatusCode.UnprocessableEntity, "/movements/0/reason", "only_when_wasted")]
    public async Task A_reason_is_one_of_the_words_for_waste(
        string kind, string reason, HttpStatusCode status, string pointer, string code)
    {
        var movement = new { sku = "rice", kind, quantity = 5, reason };

        var problem = await server.Post($"{Stock}/movements", new { movements = new[] { movement } }, status);

        problem["errors"]![pointer]![0]!["code"]!.ToString().ShouldBe(code);
        problem["errors"]![pointer]![0]!["message"]!.ToString().ShouldContain(code == "malformed" ? "burnt" : "waste");
    }

    /// <summary>A wasted order returns and discards stock in one event: two lines at one position.</summary>
    [Fact]
    public async Task Two_lines_of_one_event_can_stand_on_two_pages()
    {
        var order = await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: 3));
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled", stock = "waste" });
        await server.HasRead("ledger");

        var first = await server.Get($"{Stock}/rice/movements?limit=1");
        var second = await server.Get($"{Stock}/rice/movements?limit=1&cursor={first["nextCursor"]}");

        var lines = new[] { first, second }.Select(page => page["data"]![0]!).ToArray();
        lines.Select(line => ((string)line["kind"]!, (long)line["balance"]!))
            .ShouldBe([("wasted", 9_700), ("returned", 10_000)]);
        ((long)lines[0]["position"]!).ShouldBe((long)lines[1]["position"]!);
    }

    [Fact]
    public async Task The_food_of_a_cancelled_order_is_thrown_away_once_although_two_screens_say_so()
    {
        var order = await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: 3));
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "cancelled" });
        using var one = await server.ClientOf(Role.Kitchen, [kitchen]);
        using var other = await server.ClientOf(Role.Kitchen, [kitchen]);

        var first = await Waste(one, 300);
        // This screen read an earlier recipe.
        var second = await Waste(other, 250);

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        ((long)(await server.Get($"{Stock}/rice"))["onHand"]!).ShouldBe(9_700);

        Task<HttpResponseMessage> Waste(HttpClient screen, long quantity)
        {
            var movements = new[] { new { sku = "rice", kind = "wasted", quantity, reason = "cancelled_order" } };
            var request = new HttpRequestMessage(HttpMethod.Post, $"{Stock}/movements")
            {
                Content = JsonContent.Create(new { movements, orderId = order["id"] }),
            };
            request.Headers.Add("Idempotency-Key", $"cancelled-{order["id"]}");
            return screen.SendAsync(request);
        }
    }

    [Fact]
    public async Task Movements_are_recorded_once_per_key_and_all_or_none()
    {
        var body = Movements(("rice", "received", 5, null));
        var first = await server.Post($"{Stock}/movements", body, key: "delivery-1");
        var again = await server.Post($"{Stock}/movements", body, key: "delivery-1");
        again.ToJsonString().ShouldBe(first.ToJsonString());
        await server.Post("/v1/kitchens/k2/stock/movements", body, HttpStatusCode.UnprocessableEntity, "delivery-1");

        var refused = await server.Post($"{Stock}/movements",
            Movements(("rice", "received", 100, null), ("ghee", "wasted", 10_001, null)), HttpStatusCode.Conflict);

        ((string)refused["code"]!).ShouldBe("not_enough_stock");
        refused["errors"]!["/movements/1/quantity"].ShouldNotBeNull();
        ((long)(await server.Get($"{Stock}/rice"))["onHand"]!).ShouldBe(10_005);
    }

    [Theory]
    [InlineData(10_000L, 9_600)]
    [InlineData(null, 9_900)]
    public async Task An_order_placed_during_a_count_stays_sold_if_the_count_says_what_it_saw(long? seen, long onHand)
    {
        await server.Post("/v1/orders", SmallChain.Order(kitchen, quantity: 3));

        await server.Post($"{Stock}/movements", new
        {
            movements = new[] { new { sku = "rice", kind = "counted", quantity = 9_900, seenOnHand = seen } },
        });

        ((long)(await server.Get($"{Stock}/rice"))["onHand"]!).ShouldBe(onHand);
    }

    [Fact]
    public async Task A_cook_books_waste_in_their_kitchen_and_nothing_else()
    {
        using var cook = await server.ClientOf(Role.Kitchen, [kitchen]);
        var other = await Own.Kitchen(server);

        (await Book(cook, kitchen, ("rice", "wasted", 50, "burnt"))).Status.ShouldBe(HttpStatusCode.Created);
        foreach (var kind in new[] { "received", "counted", "corrected" })
        {
            var (status, problem) = await Book(cook, kitchen, ("rice", kind, 5, null), ("rice", "wasted", 5, null));
            status.ShouldBe(HttpStatusCode.UnprocessableEntity, kind);
            problem["errors"]!["/movements/0/kind"]![0]!["code"]!.ToString().ShouldBe("not_yours");
        }
        (await Book(cook, other, ("rice", "wasted", 50, null))).Status.ShouldBe(HttpStatusCode.NotFound);

        ((long)(await server.Get($"{Stock}/rice"))["onHand"]!).ShouldBe(9_950);
        ((long)(await server.Get($"/v1/kitchens/{other}/stock/rice"))["onHand"]!).ShouldBe(10_000);
    }

    [Fact]
    public async Task Levels_are_listed_by_sku_or_only_those_below_their_threshold()
    {
        await server.Put($"{Stock}/rice", new { threshold = 10_001 });
        await server.Put($"{Stock}/ghee", new { threshold = 10_000 });

        await ExpectSkus(Stock, "ghee", "potato", "rice");
        await ExpectSkus($"{Stock}?below=threshold", "rice");
        await ExpectSkus($"/v1/kitchens/{await Own.Kitchen(server)}/stock?below=threshold");
        var page = await server.Get($"{Stock}?limit=2");
        await ExpectSkus($"{Stock}?limit=2&cursor={page["nextCursor"]}", "rice");
        await server.Get($"{Stock}?below=zero", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_recipe_that_needs_more_than_the_stock_raises_an_alert_until_it_needs_less()
    {
        await using var own = server = await Own.Chain();
        kitchen = "k1";
        await Move(("rice", "counted", 120, null));

        await Recipes(150);
        (await Eventually.Holds(Alerts, alerts => alerts.Count > 0)).ShouldBe(["k1 rice out 120"]);

        await Recipes(100);
        await Eventually.Holds(Alerts, alerts => alerts.Count == 0);

        async Task<List<string>> Alerts() => [.. (await server.Get("/v1/alerts"))["data"]!.AsArray()
            .Select(alert => $"{alert!["kitchenId"]} {alert["sku"]} {alert["state"]} {alert["onHand"]}")];

        async Task Recipes(int rice)
        {
            foreach (var path in new[] { "/v1/items/masala", "/v1/items/plain" })
            {
                var item = await server.Get(path);
                item["recipe"]!.AsArray().Single(line => (string)line!["sku"]! == "rice")!["quantity"] = rice;
                await server.Put(path, item);
            }
        }
    }

    [Fact]
    public async Task Low_or_missing_stock_is_an_alert_until_it_recovers()
    {
        await using var own = server = await Own.Chain();
        kitchen = "k1";
        await server.Put("/v1/kitchens/k1/stock/rice", new { threshold = 9_950 });
        await server.Put("/v1/kitchens/k2/stock/ghee", new { threshold = 100 });
        await server.Post("/v1/orders", SmallChain.Order());
        await server.Post("/v1/kitchens/k2/stock/movements", Movements(("ghee", "counted", 0, null)));

        var alerts = (await server.Get("/v1/alerts"))["data"]!.AsArray();

        alerts.Select(alert => $"{alert!["kitchenId"]} {alert["sku"]} {alert["state"]} {alert["onHand"]}")
            .ShouldBe(["k1 rice low 9900", "k2 ghee out 0"]);
        DateTimeOffset.TryParse((string)alerts[0]!["since"]!, out _).ShouldBeTrue();
        (await server.Get("/v1/alerts?kitchenId=k2"))["data"]!.AsArray().Count.ShouldBe(1);
        var page = await server.Get("/v1/alerts?limit=1");
        var next = await server.Get($"/v1/alerts?limit=1&cursor={page["nextCursor"]}");
        ((string)next["data"]![0]!["sku"]!).ShouldBe("ghee");
        next["nextCursor"].ShouldBeNull();

        await Move(("rice", "received", 1_000, null));
        (await server.Get("/v1/alerts?kitchenId=k1"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/kitchens/nowhere/stock")]
    [InlineData("/v1/kitchens/No%20where/stock")]
    [InlineData("/v1/kitchens/k1/stock/saffron")]
    [InlineData("/v1/kitchens/k1/stock/saffron/movements")]
    [InlineData("/v1/kitchens/k1/stock/..;/movements")]
    public async Task An_unknown_kitchen_or_ingredient_is_not_found(string path) =>
        ((string)(await server.Get(path, HttpStatusCode.NotFound))["code"]!).ShouldBe("not_found");

    [Fact]
    public async Task A_threshold_of_an_unknown_kitchen_or_ingredient_is_not_found()
    {
        await server.Put("/v1/kitchens/k1/stock/saffron", new { threshold = 1 }, HttpStatusCode.NotFound);
        await server.Put("/v1/kitchens/nowhere/stock/rice", new { threshold = 1 }, HttpStatusCode.NotFound);
    }

    Task<JsonNode> Move(params (string, string, long, string?)[] lines) =>
        server.Post($"{Stock}/movements", Movements(lines));

    static async Task<(HttpStatusCode Status, JsonNode Body)> Book(
        HttpClient caller, string kitchen, params (string, string, long, string?)[] lines)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/kitchens/{kitchen}/stock/movements")
        {
            Content = JsonContent.Create(Movements(lines)),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        var answer = await caller.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    static object Movements(params (string Sku, string Kind, long Quantity, string? Note)[] lines) => new
    {
        movements = lines.Select(line => line.Note is null
            ? (object)new { sku = line.Sku, kind = line.Kind, quantity = line.Quantity }
            : new { sku = line.Sku, kind = line.Kind, quantity = line.Quantity, note = line.Note }),
    };

    async Task ExpectSkus(string path, params string[] skus) =>
        (await server.Get(path))["data"]!.AsArray().Select(level => (string)level!["sku"]!).ShouldBe(skus, path);
}
