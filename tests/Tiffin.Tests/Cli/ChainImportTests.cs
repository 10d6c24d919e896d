using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Cli;
using Tiffin.Tests.Dev;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Cli;

public sealed class ChainImportTests : IAsyncLifetime
{
    static readonly string demo = Path.Combine(AppContext.BaseDirectory, "demo", "chain.json");
    readonly string file = Path.GetTempFileName();
    TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start();

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task The_demo_chain_is_there_whole_after_an_import()
    {
        (await Import(demo)).ShouldBeTrue();

        var chain = DemoChain.Read();
        (await Count("items")).ShouldBe(chain.Items.Count);
        (await Count("kitchens")).ShouldBe(chain.Kitchens.Count);
        (await Count("stock")).ShouldBe(chain.Stock.Count);
        var level = await server.Get("/v1/kitchens/mum-03/stock/foil-pouch");
        ((long)level["onHand"]!, (long)level["threshold"]!, (string)level["state"]!).ShouldBe((600, 48, "ok"));
        var menu = await server.Get("/v1/kitchens/blr-01/menu?brandId=biryani-house");
        menu["data"]!.AsArray().ShouldAllBe(item => (bool)item!["available"]! && (long)item["portions"]! >= 300);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_also_after_some_was_sold()
    {
        await Import(demo);
        await server.Post("/v1/kitchens/blr-01/stock/movements",
            new { movements = new[] { new { sku = "ghee", kind = "wasted", quantity = 7 } } });
        var (events, ghee) = (await Count("events"), await OnHand());

        (await Import(demo)).ShouldBeFalse();

        (await Count("events")).ShouldBe(events);
        (await OnHand()).ShouldBe(ghee);
    }

    [Fact]
    public async Task A_changed_file_changes_entries_and_thresholds_and_opens_only_what_is_new()
    {
        await Import(demo);
        var ghee = await OnHand();
        var chain = JsonNode.Parse(await File.ReadAllTextAsync(demo))!;
        chain["brands"]![0]!["name"] = "Biryani Mahal";
        var level = chain["stock"]!.AsArray()
            .First(stock => (string)stock!["kitchenId"]! == "blr-01" && (string)stock["sku"]! == "ghee")!;
        (level["onHand"], level["threshold"]) = (1, 5);
        chain["ingredients"]!.AsArray().Add(new JsonObject
        {
            ["sku"] = "gold-leaf", ["name"] = "Gold", ["unit"] = "piece",
        });
        chain["stock"]!.AsArray().Add(new JsonObject
        {
            ["kitchenId"] = "blr-01", ["sku"] = "gold-leaf", ["onHand"] = 3, ["threshold"] = 4,
        });
        await File.WriteAllTextAsync(file, chain.ToJsonString());

        (await Import(file)).ShouldBeTrue();

        ((string)(await server.Get("/v1/brands/biryani-house"))["name"]!).ShouldBe("Biryani Mahal");
        (await OnHand()).ShouldBe(ghee);
        ((long)(await server.Get("/v1/kitchens/blr-01/stock/ghee"))["threshold"]!).ShouldBe(5);
        var gold = await server.Get("/v1/kitchens/blr-01/stock/gold-leaf");
        ((long)gold["onHand"]!, (string)gold["state"]!).ShouldBe((3, "low"));
    }

    [Theory]
    [InlineData("{", "valid JSON")]
    [InlineData("""{"brands":[null]}""", "expected no null in brands")]
    [InlineData("""{"brand":[]}""", "unknown property 'brand'")]
    [InlineData("""{"brands":[{"name":"A"}]}""", "/brands/0: each entry needs an id")]
    [InlineData("""{"brands":[{"id":"a","name":"A"},{"id":"a","name":"B"}]}""",
        "/brands/1: duplicate id 'a'")]
    [InlineData("""{"brands":[{"id":"a b","name":"A"}]}""", "/brands/0/id: must match")]
    [InlineData("""{"ingredients":[{"sku":"a","name":"A","unit":3}]}""", "/ingredients/0/unit: expected a string")]
    [InlineData("""
        {"items":[{"id":"i","brandId":"b","name":"I","price":{"amount":1,"currency":"INR"},"taxBasisPoints":0,
            "recipe":[]}]}
        """, "/items/0/brandId: unknown brand 'b'")]
    [InlineData("""{"stock":[{"kitchenId":"k","sku":"s","onHand":-1,"threshold":0}]}""",
        "/stock/0/onHand: must be 0 to")]
    [InlineData("""{"stock":[{"kitchenId":"k","sku":"s","onHand":1,"threshold":0}]}""", "no kitchen with the id 'k'")]
    public async Task A_file_that_is_wrong_is_refused_with_the_place_and_the_reason(string content, string expected)
    {
        await File.WriteAllTextAsync(file, content);

        var refusal = await Should.ThrowAsync<ChainFileException>(() => Import(file));

        refusal.Message.ShouldContain(expected);
        (await Count("events")).ShouldBe(0);
    }

    [Fact]
    public async Task A_missing_file_is_reported_by_its_name() =>
        (await Should.ThrowAsync<ChainFileException>(() => Import("/nowhere/chain.json"))).Message
            .ShouldContain("/nowhere/chain.json");

    Task<bool> Import(string path) => ChainImport.Run(server.Pipeline, path, default);

    async Task<long> OnHand() => (long)(await server.Get("/v1/kitchens/blr-01/stock/ghee"))["onHand"]!;

    async Task<int> Count(string table)
    {
        await using var connection = await server.Database.OpenRequest(default);
        await using var command = new NpgsqlCommand($"SELECT count(*)::int FROM {table}", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
