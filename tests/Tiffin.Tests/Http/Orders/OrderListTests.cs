using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tiffin.Domain.Orders;
using Tiffin.Edge.Access;
using Tiffin.Features.Orders;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class OrderListTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    TestServer server = shared.Server;

    [Fact]
    public async Task Pages_hold_every_order_once_newest_first()
    {
        await using var own = server = await Own.Chain();
        var placed = new List<string>();
        for (var i = 0; i < 7; i++) placed.Add(await Place("k1"));

        var (seen, cursor, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await Get($"?limit=3{cursor}");
            seen.AddRange(Ids(page));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
            pages++;
        }
        while (cursor is not null);

        placed.Reverse();
        seen.ShouldBe(placed);
        pages.ShouldBe(3);
    }

    [Fact]
    public async Task Orders_that_come_and_end_between_pages_neither_hide_nor_repeat_the_others()
    {
        var kitchen = await Own.Kitchen(server);
        var placed = new List<string>();
        for (var i = 0; i < 6; i++) placed.Add(await Place(kitchen));
        var oldest = placed[0];

        var (seen, cursor) = (new List<string>(), (string?)"");
        while (cursor is not null)
        {
            var page = await Get($"?kitchenId={kitchen}&status=placed,accepted&limit=2{cursor}");
            seen.AddRange(Ids(page));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : null;
            await Place(kitchen);
            await server.Put($"/v1/orders/{oldest}/status", new { status = "cancelled" });
        }

        seen.ShouldBe([.. placed.Skip(1).Reverse()]);
    }

    [Fact]
    public async Task A_listed_order_equals_the_order_read_by_its_id()
    {
        var id = await Place("k1", new { externalReference = "ZO-1" });

        var page = await Get("");

        page["data"]![0]!.ToJsonString().ShouldBe(
            JsonNode.Parse(await server.Client.GetStringAsync($"/v1/orders/{id}"))!.ToJsonString());
    }

    [Fact]
    public async Task Each_filter_returns_only_matching_orders()
    {
        await using var own = server = await Own.Chain();
        var first = await Place("k1", new { externalReference = "ZO-1", channel = "zomato" });
        var second = await Place("k2", new { customer = new { id = "c-9", name = "Ravi" } });
        var third = await Place("k2", new { externalReference = "ZO-1", channel = "swiggy" });
        await server.Client.PutAsJsonAsync($"/v1/orders/{third}/status", new { status = "cancelled" });

        await Expect("?kitchenId=k2", third, second);
        await Expect("?brandId=dosa", third, second, first);
        await Expect("?brandId=other");
        await Expect("?status=placed", second);
        await Expect("?status=accepted,cancelled", third, first);
        await Expect("?status=accepted&status=placed", second, first);
        await Expect("?channel=zomato", first);
        await Expect("?customerId=c-9", second);
        await Expect("?customerId=c-9&kitchenId=k1");
        await Expect("?externalReference=ZO-1", third, first);
        await Expect("?externalReference=ZO-1&channel=zomato", first);
        await Expect("?externalReference=ZO-1&kitchenId=k2", third);
        await Expect("?kitchenId=nowhere");
    }

    [Fact]
    public async Task A_span_of_time_holds_its_start_and_not_its_end()
    {
        var kitchen = await Own.Kitchen(server);
        var id = await Place(kitchen);
        var placedAt = DateTimeOffset.Parse(
            (string)JsonNode.Parse(await server.Client.GetStringAsync($"/v1/orders/{id}"))!["placedAt"]!);
        // The response is truncated to milliseconds, the row is not.
        var (before, after) = (Text(placedAt), Text(placedAt.AddMilliseconds(1)));

        await Expect($"?kitchenId={kitchen}&placedFrom={before}", id);
        await Expect($"?kitchenId={kitchen}&placedTo={after}", id);
        await Expect($"?kitchenId={kitchen}&placedFrom={after}");
        await Expect($"?kitchenId={kitchen}&placedTo={before}");
        var inIndia = placedAt.ToOffset(TimeSpan.FromHours(5.5)).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz");
        await Expect($"?kitchenId={kitchen}&placedFrom={Uri.EscapeDataString(inIndia)}", id);

        static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
    }

    [Fact]
    public async Task An_order_of_a_node_whose_clock_is_ahead_is_within_the_span_of_its_time()
    {
        await using var own = server = await TestServer.Start(configure: app =>
            app.Services.AddSingleton<TimeProvider>(new ShiftedClock(TimeSpan.FromSeconds(5))));
        await SmallChain.Open(server);
        var id = await Place("k1");
        var placedAt = DateTimeOffset.Parse((string)(await server.Get($"/v1/orders/{id}"))["placedAt"]!);

        await Expect($"?placedTo={placedAt.AddSeconds(1).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", id);
    }

    [Theory]
    [InlineData("limit=0", "1 to 200")]
    [InlineData("limit=201", "1 to 200")]
    [InlineData("limit=ten", "1 to 200")]
    [InlineData("limit=5&limit=6", "given more than once")]
    [InlineData("cursor=garbage!", "nextCursor")]
    [InlineData("cursor=bm90LWFuLWlk", "nextCursor")]
    [InlineData("kitchenId=K%201", "^[a-z0-9]")]
    [InlineData("status=cooked", "out_for_delivery")]
    [InlineData("status=", "placed")]
    [InlineData("placedFrom=yesterday", "RFC 3339")]
    [InlineData("placedTo=2026-01-31T18:30:00", "RFC 3339")]
    [InlineData("customerId=%00", "NUL")]
    [InlineData("externalReference=", "1 to 255")]
    [InlineData("kitchen=k1", "kitchenId")]
    public async Task A_bad_query_is_refused_with_the_parameter_and_what_was_expected(string query, string expected)
    {
        var answer = await server.Client.GetAsync($"/v1/orders?{query}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var (place, faults) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
        place.ShouldBe($"/query/{query.Split('=')[0]}");
        ((string)faults![0]!["message"]!).ShouldContain(expected);
    }

    [Fact]
    public async Task A_page_scans_a_bounded_number_of_orders_and_has_a_cursor_to_continue()
    {
        await using var own = server = await Own.Chain();
        var only = await Place("k2");
        for (var i = 0; i < 5; i++) await Place("k1");
        var filter = new OrderFilter(Statuses: [OrderStatus.Placed, OrderStatus.Delivered]);

        var first = await Scan(Scope.All, filter, cursor: null, scanMax: 4);
        first.Data.ShouldBeEmpty();
        var second = await Scan(Scope.All, filter, first.NextCursor, scanMax: 4);

        second.Data.ShouldHaveSingleItem().Order.Id.ToString().ShouldBe(only);
        second.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task A_cursor_never_reveals_the_id_of_another_channels_order()
    {
        var theirs = await Place("k1", new { channel = "zomato" });
        var foreign = new List<string>();
        for (var i = 0; i < 5; i++) foreign.Add(await Place("k1", new { channel = "swiggy" }));
        var zomato = new Scope(null, "zomato", null, null);

        var (found, cursor) = (new List<string>(), default(string));
        do
        {
            var page = await Scan(zomato, new OrderFilter(), cursor, scanMax: 2);
            found.AddRange(page.Data.Select(document => $"{document.Order.Id}"));
            cursor = page.NextCursor;
            foreach (var id in foreign.Where(_ => cursor is not null))
                Text(cursor!).ShouldNotContain(id.Replace("-", ""));
        }
        while (cursor is not null);

        found.ShouldBe([theirs]);
    }

    [Fact]
    public void A_tampered_cursor_is_invalid()
    {
        var cursors = server.Services.GetRequiredService<ScanCursors>();
        var cursor = cursors.Encrypt(Guid.CreateVersion7());
        cursor.Length.ShouldBeLessThanOrEqualTo(255, "the limit of a query parameter");
        var text = Text(cursor);
        foreach (var bad in new[] { text[..^2] + (text[^2] == 'A' ? "BA" : "AA"), "~", "~AAAA", "x" })
            cursors.Decrypt(bad).ShouldBeNull(bad);
    }

    async Task<Tiffin.Edge.Page<Tiffin.Engine.Storage.OrderDocument>> Scan(
        Scope scope, OrderFilter filter, string? cursor, int scanMax)
    {
        var cursors = server.Services.GetRequiredService<ScanCursors>();
        Guid? before = cursor is null ? null : Guid.Parse(cursors.Decrypt(Text(cursor))!);
        return await OrderQueries.List(server.Database, scope, filter, before, 10, cursors, default, scanMax);
    }

    static string Text(string cursor) =>
        System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));

    [Fact]
    public async Task Every_filter_finds_its_orders_by_an_index_however_many_there_are()
    {
        await using var own = server = await Own.Chain();
        await Place("k1");
        await Grow(20_000);
        OrderFilter[] filters =
        [
            new(), new(KitchenId: "k1"), new(BrandId: "dosa"), new(CustomerId: "c-7"),
            new(ExternalReference: "none"), new(ExternalReference: "none", Channel: "app"),
            new(Statuses: [OrderStatus.Placed]), new(KitchenId: "k1", Statuses: [OrderStatus.Accepted]),
            new(Statuses: [OrderStatus.Cancelled]), new(PlacedFrom: DateTimeOffset.UtcNow.AddHours(-1)),
        ];
        foreach (var filter in filters)
        {
            var plan = await Explain(new OrderSearch(filter, Scope.All, null));
            plan.ShouldNotContain("Seq Scan on orders", Case.Sensitive, $"{filter}");
            plan.ShouldNotContain("Seq Scan on contacts", Case.Sensitive, $"{filter}");
        }
    }

    async Task Grow(int count)
    {
        await Run($"""
            INSERT INTO orders
            SELECT (lpad(to_hex(n), 12, '0') || '7000800000000000' || lpad(to_hex(n % 4096), 4, '0'))::uuid,
                placed_at, updated_at, total, 1 + n % 2, day, number + n, version, 6, fulfilment, true, brand_id,
                channel, 'ref-' || n, 'c-' || n % 500, courier_id, need_ingredients, need_quantities, positions,
                timeline, content
            FROM orders, generate_series(1, {count}) n
            """);
        await Run("INSERT INTO contacts SELECT id FROM orders ON CONFLICT DO NOTHING");
        await Run("ANALYZE orders, contacts, kitchens");
    }

    async Task<string> Explain(OrderSearch search)
    {
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new NpgsqlCommand($"EXPLAIN {OrderQueries.ListSql(search, 51, 5000)}", connection);
        foreach (var parameter in search.Parameters) command.Parameters.Add(parameter);
        var lines = new List<string>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) lines.Add(row.GetString(0));
        return string.Join('\n', lines);
    }

    async Task Run(string sql)
    {
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }

    async Task<string> Place(string kitchen, object? more = null)
    {
        var order = System.Text.Json.JsonSerializer.SerializeToNode(SmallChain.Order(kitchen))!.AsObject();
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject())
            order[name] = value?.DeepClone();
        var answer = await server.Client.Place(order);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
    }

    async Task Expect(string query, params string[] ids) => Ids(await Get(query)).ShouldBe(ids, query);

    static IEnumerable<string> Ids(JsonNode page) => page["data"]!.AsArray().Select(order => (string)order!["id"]!);

    async Task<JsonNode> Get(string query)
    {
        var answer = await server.Client.GetAsync($"/v1/orders{query}");
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }
}
