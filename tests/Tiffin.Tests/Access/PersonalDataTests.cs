using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Engine.Hosting;
using Tiffin.Features.PersonalData;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class PersonalDataTests(PersonalDataTests.World world) : IClassFixture<PersonalDataTests.World>
{
    readonly TestServer server = world.Server;
    readonly string customer = $"c-{Guid.NewGuid():N}";
    readonly string another = $"c-{Guid.NewGuid():N}";

    /// <summary>A server that keeps personal data for some days.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await TestServer.Start(configure: app => app.Configuration["PersonalData:RetentionDays"] = "30");
            await SmallChain.Open(Server);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }

    [Fact]
    public async Task Personal_data_of_a_customer_can_be_exported_and_erased_and_the_order_stays()
    {
        var theirs = await Place(customer, "Asha Rao");
        var anothers = await Place(another, "Ravi Menon");

        var export = await server.Get($"/v1/customers/{customer}/personal-data");
        export["contacts"]!.AsArray().ShouldHaveSingleItem()!["name"]!.GetValue<string>().ShouldBe("Asha Rao");
        var answer = await server.Client.DeleteAsync($"/v1/customers/{customer}/personal-data");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var order = await server.Get(theirs);
        order["customer"]!["name"].ShouldBeNull();
        order["fulfilment"]!["address"].ShouldBeNull();
        order["totals"]!["total"]!["amount"]!.GetValue<long>().ShouldBeGreaterThan(0);
        (await server.Get($"/v1/customers/{customer}/personal-data"))["contacts"]!.AsArray().ShouldBeEmpty();
        ((string?)(await server.Get(anothers))["customer"]!["name"]).ShouldBe("Ravi Menon");
    }

    [Theory]
    [InlineData("a/b c")]
    [InlineData("a%2Fb")]
    [InlineData("a/../%2F?x")]
    public async Task A_customer_s_id_may_have_any_character(string start)
    {
        var id = start + Guid.NewGuid().ToString("N");
        await Place(id, "Asha Rao");
        var path = $"/v1/customers/{Uri.EscapeDataString(id)}/personal-data";

        var export = await server.Get(path);
        ((string)export["customerId"]!).ShouldBe(id);
        export["contacts"]!.AsArray().Count.ShouldBe(1);
        (await server.Client.DeleteAsync(path)).EnsureSuccessStatusCode();

        (await server.Get(path))["contacts"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_polls_with_its_etag_learns_of_the_erasure()
    {
        var theirs = await Place(customer, "Asha Rao");
        async Task<HttpStatusCode> Poll()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, theirs);
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
            return (await server.Client.SendAsync(request)).StatusCode;
        }

        (await Poll()).ShouldBe(HttpStatusCode.NotModified);
        (await server.Client.DeleteAsync($"/v1/customers/{customer}/personal-data")).EnsureSuccessStatusCode();

        (await Poll()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Two_channels_may_use_the_same_id_for_different_customers()
    {
        await Place(customer, "Asha Rao");
        (await server.Client.Place(MatrixCast.Order(theirs: false, "Ravi Menon", customer))).EnsureSuccessStatusCode();
        var data = $"/v1/customers/{customer}/personal-data";
        async Task<string[]> Known(string query) => [.. (await server.Get($"{data}{query}"))
            ["contacts"]!.AsArray().Select(one => $"{one!["channel"]} {one["name"]}").Order()];

        (await Known("")).ShouldBe(["app Asha Rao", "web Ravi Menon"]);
        (await Known("?channel=web")).ShouldBe(["web Ravi Menon"]);
        (await server.Client.DeleteAsync($"{data}?channel=web")).EnsureSuccessStatusCode();

        (await Known("")).ShouldBe(["app Asha Rao"]);
        (await server.Client.DeleteAsync($"{data}?chanel=app")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await Known("")).ShouldBe(["app Asha Rao"]);
    }

    /// <summary>Reads every table of the database, under any name.</summary>
    [Fact]
    public async Task Nothing_of_a_forgotten_customer_is_left_in_any_table()
    {
        await using var receiver = await Receiver.Start();
        await using var telling = await TestServer.Start(configure: app =>
        {
            WebhookServer.Quick(app);
            app.Configuration["Notifications:PollInterval"] = "00:00:00.05";
            app.Configuration["Notifications:Gateway:Url"] = receiver.Url;
        });
        await SmallChain.Open(telling);
        var (webhook, _) = await telling.Webhook(receiver.Url, "order.*");
        string[] traces =
        [
            "Zebulon", "9876500042", "zebulon@example.org", "Nowhere Crescent", "ocelot", "jackfruit", "Attic",
            "Obelisk", "Erewhon", "Utopia", "X9X-9Q", "-77.846323", "166.668235",
        ];
        var placed = await telling.Client.Place(new
        {
            kitchenId = "k1",
            brandId = "dosa",
            channel = "app",
            customer = new
            {
                id = "c-1", name = traces[0], phone = $"+91{traces[1]}", email = traces[2], consent = true,
            },
            fulfilment = new
            {
                type = "delivery",
                address = new
                {
                    line1 = $"7 {traces[3]}", line2 = traces[6], landmark = traces[7], locality = traces[8],
                    city = traces[9], postcode = traces[10], country = "AQ", latitude = -77.846323,
                    longitude = 166.668235, instructions = $"Mind the {traces[4]}",
                },
            },
            lines = new[] { new { itemId = "plain", quantity = 1, note = $"no {traces[5]}" } },
        });
        placed.EnsureSuccessStatusCode();
        await telling.Has(webhook, 2, "delivered");
        await receiver.Receives(3);

        var export = await telling.Get("/v1/customers/c-1/personal-data");
        ((bool?)export["contacts"]![0]!["consent"]).ShouldBe(true);
        var before = await Everything(telling);
        (await telling.Client.DeleteAsync("/v1/customers/c-1/personal-data")).EnsureSuccessStatusCode();
        var after = await Everything(telling);

        traces.Where(trace => !Holds(before, trace)).ShouldBeEmpty();
        traces.Where(trace => Holds(after, trace)).ShouldBeEmpty();
        (await Session.Ask<long>(telling.ConnectionString, "SELECT count(*) FROM events"))
            .ShouldBePositive();
    }

    /// <summary>As text, or within bytes.</summary>
    static bool Holds(string rows, string trace) => rows.Contains(trace, StringComparison.OrdinalIgnoreCase)
        || rows.Contains(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(trace)));

    static async Task<string> Everything(TestServer server)
    {
        var tables = await Session.Ask<string>(server.ConnectionString, """
            SELECT string_agg(format('SELECT t::text AS row FROM %I.%I t', schemaname, tablename), ' UNION ALL ')
            FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """);
        return (await Session.Ask<string>(
            server.ConnectionString, $"SELECT string_agg(row, ' ') FROM ({tables}) t"))!;
    }

    [Fact]
    public async Task A_replayed_response_does_not_contain_erased_personal_data()
    {
        await Place(customer, "Asha Rao", key: "k");
        await server.Client.DeleteAsync($"/v1/customers/{customer}/personal-data");

        var again = await server.Client.Place(MatrixCast.Order(theirs: true, "Asha Rao", customer), key: "k");

        again.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await again.Content.ReadAsStringAsync()).ShouldNotContain("Asha Rao");
    }

    [Fact]
    public async Task Personal_data_of_closed_orders_is_erased_after_the_retention_period()
    {
        var path = await Place(customer, "Asha Rao");
        var open = await Place(another, "Ravi Menon");
        await server.Put($"{path}/status", new { status = "cancelled", reason = "changed_mind" });
        var chore = server.Services.GetServices<IChore>().OfType<PersonalDataExpiry>().Single();

        await chore.Run(default);
        ((string?)(await server.Get(path))["customer"]!["name"]).ShouldBe("Asha Rao");
        await new PersonalDataExpiry(
            server.Database,
            Options.Create(new PersonalDataOptions { RetentionDays = -1 }),
            TimeProvider.System).Run(default);

        (await server.Get(path))["customer"]!["name"].ShouldBeNull();
        // Such as an order scheduled for a day after the retention period.
        ((string?)(await server.Get(open))["customer"]!["name"]).ShouldBe("Ravi Menon");
    }

    [Fact]
    public async Task A_server_that_would_erase_personal_data_at_once_does_not_start() =>
        (await Should.ThrowAsync<OptionsValidationException>(() => TestServer.Start(
            configure: app => app.Configuration["PersonalData:RetentionDays"] = "0"))).Message
            .ShouldContain("PersonalData:RetentionDays must be at least 1");

    [Theory]
    [InlineData(Role.Kitchen)]
    [InlineData(Role.Courier)]
    public async Task Kitchens_and_couriers_see_what_they_need_only_while_the_order_is_open(Role role)
    {
        using var caller = await server.ClientOf(role, ["k1"], subject: "someone");
        var path = await Place(customer, "Asha Rao");

        var open = JsonNode.Parse(await caller.GetStringAsync(path))!;
        await server.Put($"{path}/status", new { status = "preparing" });
        await server.Put($"{path}/status", new { status = "out_for_delivery", courierId = "someone" });
        await server.Put($"{path}/status", new { status = "delivered" });
        var closed = JsonNode.Parse(await caller.GetStringAsync(path))!;
        var before = JsonNode.Parse(await caller.GetStringAsync($"{path}?version=1"))!;

        ((string?)open["customer"]!["name"]).ShouldBe("Asha Rao");
        ((string?)open["customer"]!["phone"]).ShouldBe("+919800000000");
        open["fulfilment"]!["address"]!.ToJsonString().ShouldBe(SmallChain.Home.ToJsonString());
        open["customer"]!["email"].ShouldBeNull();
        before["status"]!.ToString().ShouldBe("placed");
        foreach (var later in new[] { closed, before })
        {
            ((string?)later["customer"]!["name"]).ShouldBe("A…");
            later.ToJsonString().ShouldNotContain("+9198");
            later["fulfilment"]!.ToJsonString().ShouldBe("""{"type":"delivery"}""");
            later.ToJsonString().ShouldNotContain("crisp");
        }
    }

    [Fact]
    public async Task A_courier_does_not_see_an_order_that_another_courier_delivers()
    {
        using var one = await server.ClientOf(Role.Courier, ["k1"], subject: "one");
        using var other = await server.ClientOf(Role.Courier, ["k1"], subject: "other");
        var path = await Place(customer, "Asha Rao");
        await server.Put($"{path}/status", new { status = "preparing" });
        (await other.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await one.PutAsync($"{path}/status", new StringContent(
            """{ "status": "out_for_delivery" }""", null, "application/json"))).EnsureSuccessStatusCode();

        (await one.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.GetStringAsync("/v1/orders")).ShouldNotContain(path["/v1/orders/".Length..]);
    }

    /// <summary>The stock movements of one portion would reveal the recipe.</summary>
    [Theory]
    [InlineData(Role.Manager, true)]
    [InlineData(Role.Kitchen, true)]
    [InlineData(Role.Courier, false)]
    [InlineData(Role.Channel, false)]
    [InlineData(Role.Customer, false)]
    public async Task The_stock_movements_of_an_order_are_shown_to_roles_that_may_read_stock(Role role, bool isTold)
    {
        using var caller = role is Role.Channel or Role.Customer
            ? await server.ClientOf(role, channel: "app", subject: customer)
            : await server.ClientOf(role, ["k1"], subject: "someone");
        var head = (string)(await server.Get("/v1/events?after=latest"))["nextCursor"]!;
        var path = await Place(customer, "Asha Rao");
        async Task<JsonNode> First(string address) =>
            JsonNode.Parse(await caller.GetStringAsync(address))!["data"]![0]!["data"]!;

        using var stream = await caller.OpenStream($"{path}/events");
        var told = new List<JsonNode>
        {
            await First($"{path}/events"), (await stream.Take(1)).Single().Data["data"]!,
        };
        if (role is not (Role.Courier or Role.Customer))
        {
            told.Add(await First($"/v1/events?types=order.placed&after={head}"));
            using var feed = await caller.OpenStream($"/v1/events?types=order.placed&after={head}");
            told.Add((await feed.Take(1)).Single().Data["data"]!);
        }

        foreach (var data in told)
        {
            (data["stock"] is not null).ShouldBe(isTold, data.ToJsonString());
            ((string?)data["lines"]![0]!["itemId"]).ShouldBe("plain");
        }
    }

    [Fact]
    public async Task A_couriers_stream_of_an_order_ends_when_another_courier_takes_it()
    {
        using var one = await server.ClientOf(Role.Courier, ["k1"], subject: "one");
        using var other = await server.ClientOf(Role.Courier, ["k1"], subject: "other");
        var path = await Place(customer, "Asha Rao");
        using var followed = await one.OpenStream($"{path}/events");
        using var left = await other.OpenStream($"{path}/events");

        await server.Put($"{path}/status", new { status = "preparing" });
        await server.Put($"{path}/status", new { status = "out_for_delivery", courierId = "one" });
        await server.Put($"{path}/status", new { status = "delivered" });

        // Which of the earlier events arrive depends on when the access is checked.
        var seen = new List<string>();
        await foreach (var e in left.Events()) seen.Add((string)e.Data["type"]!);
        seen.Except(["order.placed", "order.accepted", "order.preparing", "order.ready"]).ShouldBeEmpty();
        var all = new List<string>();
        await foreach (var e in followed.Events()) all.Add((string)e.Data["type"]!);
        all[^2..].ShouldBe(["order.out_for_delivery", "order.delivered"]);
    }

    [Fact]
    public async Task A_customers_order_carries_the_id_of_their_token_and_no_other()
    {
        using var caller = await server.ClientOf(Role.Customer, channel: "app", subject: customer);

        var own = await caller.Place(SmallChain.Order());
        var anothers = await caller.Place(MatrixCast.Order(theirs: true, customer: another));
        var elsewhere = await caller.Place(MatrixCast.Order(theirs: false, customer: customer));

        ((string?)JsonNode.Parse(await own.Content.ReadAsStringAsync())!["customer"]!["id"]).ShouldBe(customer);
        (await anothers.Content.ReadAsStringAsync()).ShouldContain("/customer/id");
        (await elsewhere.Content.ReadAsStringAsync()).ShouldContain("/channel");
    }

    [Fact]
    public async Task Idempotency_keys_of_callers_are_separate()
    {
        using var app = await server.ClientOf(Role.Channel, channel: "app", subject: "one");
        using var other = await server.ClientOf(Role.Channel, channel: "app", subject: "two");

        var first = await app.Place(MatrixCast.Order(theirs: true), key: "same");
        var second = await other.Place(MatrixCast.Order(theirs: true), key: "same");

        second.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.Headers.Location.ShouldNotBe(first.Headers.Location);
    }

    [Fact]
    public async Task Customers_of_two_channels_with_the_same_id_are_different_callers()
    {
        using var here = await server.ClientOf(Role.Customer, channel: "app", subject: customer);
        using var there = await server.ClientOf(Role.Customer, channel: "web", subject: customer);

        var first = await here.Place(MatrixCast.Order(theirs: true, customer: customer), key: "1");
        var second = await there.Place(MatrixCast.Order(theirs: false, customer: customer), key: "1");

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created, await second.Content.ReadAsStringAsync());
        (await there.GetAsync(first.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    async Task<string> Place(string whose, string name, string? key = null)
    {
        var placed = await server.Client.Place(MatrixCast.Order(theirs: true, name, whose), key);
        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        return placed.Headers.Location!.ToString();
    }
}
