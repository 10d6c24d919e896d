using System.Net;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Catalogue;

public sealed class CatalogueTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    TestServer server = shared.Server;

    [Theory]
    [InlineData("/v1/brands/dosa")]
    [InlineData("/v1/ingredients/rice")]
    [InlineData("/v1/items/masala")]
    [InlineData("/v1/items/ghee-extra")]
    public async Task A_PUT_of_an_unchanged_entry_changes_nothing(string path)
    {
        var before = await server.Get(path);
        var version = await Version();

        (await server.Put(path, before)).ToJsonString().ShouldBe(before.ToJsonString());

        (await Version()).ShouldBe(version);
    }

    [Fact]
    public async Task A_kitchen_is_opened_for_a_new_brand_and_sells_its_food()
    {
        await server.Put("/v1/brands/chai", new { name = "चाय घर" });
        await server.Put("/v1/ingredients/tea", new { name = "Tea", unit = "g" });
        await server.Put("/v1/items/chai-cutting", new
        {
            brandId = "chai", name = "Cutting chai", price = new { amount = 2000, currency = "INR" },
            taxBasisPoints = 500, recipe = new[] { new { sku = "tea", quantity = 4 } },
        });
        await server.Put("/v1/kitchens/k3", new
        {
            name = "Three", timeZone = "Asia/Kolkata", currency = "INR", brands = new[] { "chai" },
            acceptance = "manual", acceptWithinMinutes = 5, fees = new { delivery = 100, packaging = 0 },
        });

        var menu = await server.Get("/v1/kitchens/k3/menu");
        JsonNode.DeepEquals(menu["data"], JsonNode.Parse("""
            [{
                "itemId":"chai-cutting","brandId":"chai","name":"Cutting chai",
                "price":{"amount":2000,"currency":"INR"},"available":true,"portions":0,"modifiers":[]
            }]
            """)).ShouldBeTrue(menu.ToJsonString());
        ((string)(await server.Get("/v1/brands/chai"))["name"]!).ShouldBe("चाय घर");
        var kitchen = await server.Get("/v1/kitchens/k3");
        kitchen["mode"]!.ToJsonString().ShouldBe("""{"mode":"online","delayMinutes":0}""");
        kitchen["acceptance"]!.ToJsonString().ShouldBe("\"manual\"");
    }

    [Fact]
    public async Task Portions_are_what_the_scarcest_ingredient_makes_and_fall_with_an_order()
    {
        var (kitchen, other) = (await Own.Kitchen(server), await Own.Kitchen(server));
        await server.Post($"/v1/kitchens/{kitchen}/stock/movements",
            new { movements = new[] { new { sku = "potato", kind = "counted", quantity = 149 } } });
        await Portions(kitchen, ("masala", 2), ("plain", 100));

        await server.Post("/v1/orders", SmallChain.Order(kitchen));

        await Portions(kitchen, ("masala", 1), ("plain", 99));
        await Portions(other, ("masala", 100), ("plain", 100));
        var modifier = (await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]![0]!["modifiers"]![0]!;
        ((string)modifier["itemId"]!, (long)modifier["portions"]!, (bool)modifier["available"]!)
            .ShouldBe(("ghee-extra", 1_000, true));
        (await server.Get($"/v1/kitchens/{kitchen}/menu?brandId=other"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_paused_kitchen_offers_nothing_and_takes_no_order_until_it_is_online_again()
    {
        var kitchen = await Own.Kitchen(server);
        var until = DateTimeOffset.UtcNow.AddHours(1);
        await server.Put($"/v1/kitchens/{kitchen}/mode", new { mode = "paused", until });

        var menu = await server.Get($"/v1/kitchens/{kitchen}/menu");
        ((string)menu["mode"]!["mode"]!).ShouldBe("paused");
        menu["data"]!.AsArray().ShouldAllBe(item => !(bool)item!["available"]! && (long)item["portions"]! == 100);
        (await server.Post("/v1/orders", SmallChain.Order(kitchen), HttpStatusCode.Conflict))["until"]
            .ShouldNotBeNull();

        await server.Put($"/v1/kitchens/{kitchen}/mode", new { mode = "online" });
        ((bool)(await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]![0]!["available"]!).ShouldBeTrue();
        await server.Post("/v1/orders", SmallChain.Order(kitchen));
    }

    [Fact]
    public async Task In_a_pause_the_menu_says_which_items_are_off_by_themselves_and_the_later_end()
    {
        var kitchen = await Own.Kitchen(server);
        var (sooner, later) = (DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow.AddHours(2));
        await server.Put($"/v1/kitchens/{kitchen}/items/masala/availability", new { available = false, until = later });
        (await Offs()).ShouldBe([("masala", true, true), ("plain", false, false)]);

        await server.Put($"/v1/kitchens/{kitchen}/mode", new { mode = "paused", until = sooner });
        (await Offs()).ShouldBe([("masala", true, true), ("plain", false, true)]);
        (await Until("masala")).ShouldBe(later, TimeSpan.FromSeconds(1));
        (await Until("plain")).ShouldBe(sooner, TimeSpan.FromSeconds(1));

        await server.Put($"/v1/kitchens/{kitchen}/mode", new { mode = "paused" });
        (await Item("masala"))["until"].ShouldBeNull();
        ((string?)(await Item("masala"))["offBy"]).ShouldBe("test");

        async Task<JsonArray> Menu() => (await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]!.AsArray();
        async Task<JsonNode> Item(string id) => (await Menu()).Single(item => (string)item!["itemId"]! == id)!;
        async Task<DateTimeOffset> Until(string id) => (await Item(id))["until"]!.GetValue<DateTimeOffset>();
        async Task<IEnumerable<(string, bool IsOff, bool HasUntil)>> Offs() => (await Menu()).Select(item =>
            ((string)item!["itemId"]!, (bool?)item["off"] == true, item["until"] is not null));
    }

    [Fact]
    public async Task An_item_is_off_in_one_kitchen_and_on_in_the_other()
    {
        var (kitchen, other) = (await Own.Kitchen(server), await Own.Kitchen(server));
        var path = $"/v1/kitchens/{kitchen}/items/masala/availability";
        var off = await server.Put(path, new { available = false });
        off.ToJsonString().ShouldBe("""{"available":false,"offBy":"test"}""");

        (await Available(kitchen)).ShouldBe([("masala", false), ("plain", true)]);
        (await Available(other)).ShouldBe([("masala", true), ("plain", true)]);
        ((string)(await server.Post("/v1/orders", SmallChain.Order(kitchen), HttpStatusCode.Conflict))["code"]!)
            .ShouldBe("item_unavailable");

        await server.Put(path, new { available = true });
        await server.Post("/v1/orders", SmallChain.Order(kitchen));
    }

    [Fact]
    public async Task Lists_are_by_id_in_pages_and_items_also_by_brand()
    {
        await using var own = server = await Own.Chain();
        await server.Put("/v1/brands/chai", new { name = "Chai" });

        (await Ids("/v1/brands")).ShouldBe(["chai", "dosa"]);
        (await Ids("/v1/kitchens")).ShouldBe(["k1", "k2"]);
        (await Ids("/v1/items")).ShouldBe(["ghee-extra", "masala", "plain"]);
        (await Ids("/v1/items?brandId=chai")).ShouldBeEmpty();
        var first = await server.Get("/v1/items?limit=2&brandId=dosa");
        (await Ids($"/v1/items?limit=2&brandId=dosa&cursor={first["nextCursor"]}")).ShouldBe(["plain"]);
        (await server.Get("/v1/ingredients?limit=3"))["nextCursor"].ShouldBeNull();
    }

    [Fact]
    public async Task A_node_sees_at_once_what_another_has_changed()
    {
        await using var own = server = await Own.Chain();
        await using var other = await TestServer.Start(server.ConnectionString);
        ((string)(await other.Get("/v1/brands/dosa"))["name"]!).ShouldBe("Dosa Corner");

        await server.Put("/v1/brands/dosa", new { name = "Dosa Square" });
        ((string)(await other.Get("/v1/brands/dosa"))["name"]!).ShouldBe("Dosa Square");

        await other.Put("/v1/items/plain", new
        {
            brandId = "dosa", name = "Plain", price = new { amount = 1, currency = "INR" }, taxBasisPoints = 0,
            recipe = Array.Empty<object>(),
        });
        var plain = (await server.Get("/v1/kitchens/k1/menu"))["data"]![1]!;
        ((long)plain["price"]!["amount"]!, plain["portions"]).ShouldBe((1, null));
    }

    [Fact]
    public async Task A_node_reads_every_member_that_another_has_written()
    {
        await using var own = server = await Own.Chain();
        string[] paths = ["/v1/ingredients/saffron", "/v1/ingredients/salt", "/v1/items/kesar", "/v1/kitchens/k3"];
        JsonNode[] written =
        [
            await Put(paths[0], """
                {"name":"Saffron","unit":"mg","storageArea":"Dry store",
                    "pack":{"quantity":5000,"price":{"amount":120000,"currency":"INR"}}}
                """),
            await Put(paths[1], """{"name":"Salt","unit":"g","pack":{"quantity":1000}}"""),
            await Put(paths[2], """
                {"brandId":"dosa","name":"Kesar dosa","description":"Yellow","price":{"amount":1,"currency":"INR"},
                    "taxBasisPoints":500,"recipe":[{"sku":"saffron","quantity":3},{"sku":"salt","quantity":1}],
                    "modifiers":["ghee-extra"],"prepMinutes":11,"stationId":"tawa"}
                """),
            await Put(paths[3], """
                {"name":"Three","city":"Pune","timeZone":"Asia/Kolkata","currency":"INR","brands":["dosa"],
                    "phone":"+912000000103","acceptance":"manual","acceptWithinMinutes":5,
                    "fees":{"delivery":100,"packaging":7},
                    "times":{"prepMinutes":19},"hours":{"weekly":[{"days":["mon"],"from":"10:00","to":"23:00"}]}}
                """),
        ];

        await using var other = await TestServer.Start(server.ConnectionString);

        for (var i = 0; i < paths.Length; i++)
            (await other.Get(paths[i])).ToJsonString().ShouldBe(written[i].ToJsonString());
        written[0]["pack"]!.ToJsonString().ShouldBe(
            """{"quantity":5000,"price":{"amount":120000,"currency":"INR"}}""");
        ((string)written[3]["phone"]!).ShouldBe("+912000000103");

        async Task<JsonNode> Put(string path, string body) => await server.Put(path, JsonNode.Parse(body)!);
    }

    [Theory]
    [InlineData("/v1/brands/unknown", "brand")]
    [InlineData("/v1/ingredients/unknown", "ingredient")]
    [InlineData("/v1/items/No%20body", "item")]
    [InlineData("/v1/kitchens/unknown", "kitchen")]
    [InlineData("/v1/kitchens/unknown/menu", "kitchen")]
    public async Task An_unknown_entry_is_not_found_and_its_kind_is_named(string path, string kind) =>
        ((string)(await server.Get(path, HttpStatusCode.NotFound))["detail"]!)
            .ShouldStartWith($"There is no {kind} with the id '");

    [Theory]
    [InlineData("/v1/brands/dosa", """{"name":"A","id":"other"}""", "/id")]
    [InlineData("/v1/brands/No%20slug", """{"name":"A"}""", "/id")]
    [InlineData("/v1/brands/a", """{"name":" "}""", "/name")]
    [InlineData("/v1/ingredients/rice", """{"name":"Rice","unit":"kg"}""", "/unit")]
    [InlineData("/v1/ingredients/new", """{"name":"Rice","unit":"g","storageArea":" "}""", "/storageArea")]
    [InlineData("/v1/ingredients/new", """{"name":"Rice","unit":"g","pack":{"quantity":0}}""", "/pack/quantity")]
    [InlineData("/v1/ingredients/new",
        """{"name":"Rice","unit":"g","pack":{"quantity":1,"price":{"amount":1,"currency":"rs"}}}""",
        "/pack/price/currency")]
    [InlineData("/v1/items/new",
        """{"brandId":"unknown","name":"A","price":{"amount":1,"currency":"INR"},"taxBasisPoints":0,"recipe":[]}""",
        "/brandId")]
    [InlineData("/v1/items/new",
        """{"brandId":"dosa","name":"A","price":{"amount":-1,"currency":"INR"},"taxBasisPoints":0,"recipe":[]}""",
        "/price/amount")]
    [InlineData("/v1/items/new",
        """
        {"brandId":"dosa","name":"A","price":{"amount":1,"currency":"INR"},"taxBasisPoints":0,
            "recipe":[{"sku":"gold","quantity":1}]}
        """,
        "/recipe/0/sku")]
    [InlineData("/v1/items/new",
        """
        {"brandId":"dosa","name":"A","price":{"amount":1,"currency":"INR"},"taxBasisPoints":0,
            "recipe":[],"modifiers":["plain"]}
        """,
        "/modifiers/0")]
    [InlineData("/v1/kitchens/k9",
        """{"name":"A","timeZone":"India Standard Time","currency":"INR","brands":[]}""", "/timeZone")]
    [InlineData("/v1/kitchens/k9",
        """{"name":"A","timeZone":"/etc/localtime","currency":"INR","brands":[]}""", "/timeZone")]
    [InlineData("/v1/kitchens/k9",
        """{"name":"A","timeZone":"Asia/Kolkata","currency":"inr","brands":["x"]}""", "/currency")]
    [InlineData("/v1/kitchens/k1/mode", """{"mode":"paused","until":"2001-01-01T00:00:00Z"}""", "/until")]
    [InlineData("/v1/kitchens/k1/mode", """{"mode":"online","delayMinutes":5}""", "/delayMinutes")]
    [InlineData("/v1/kitchens/k1/items/masala/availability", """{"available":true,"until":"2101-01-01T00:00:00Z"}""",
        "/until")]
    public async Task A_broken_rule_is_reported_with_its_pointer(string path, string body, string pointer)
    {
        var problem = await server.Put(path, JsonNode.Parse(body)!, HttpStatusCode.UnprocessableEntity);

        problem["errors"]!.AsObject().Select(fault => fault.Key).ShouldContain(pointer);
    }

    async Task<long> Version()
    {
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new Npgsql.NpgsqlCommand("SELECT catalogue_version FROM log", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    async Task Portions(string kitchen, params (string, long)[] expected) =>
        (await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]!.AsArray()
            .Select(item => ((string)item!["itemId"]!, (long)item["portions"]!)).ShouldBe(expected);

    async Task<IEnumerable<(string, bool)>> Available(string kitchen) =>
        (await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]!.AsArray()
            .Select(item => ((string)item!["itemId"]!, (bool)item["available"]!));

    async Task<IEnumerable<string>> Ids(string path) =>
        (await server.Get(path))["data"]!.AsArray().Select(entry => (string)entry!["id"]!);
}
