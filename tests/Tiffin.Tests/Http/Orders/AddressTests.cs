using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Orders;

public sealed class AddressTests(SmallChainServer shared) : IClassFixture<SmallChainServer>
{
    readonly TestServer server = shared.Server;

    /// <summary>The customer of this test's orders only.</summary>
    readonly string customer = $"c-{Guid.NewGuid()}";

    [Fact]
    public async Task An_address_comes_back_as_it_was_sent_wherever_the_order_is_shown()
    {
        var address = JsonNode.Parse("""
            {
              "line1": "७, \"Shanti\" Niwas", "line2": "Flat 3", "landmark": "Near the post office",
              "locality": "Ashok Nagar", "city": "Bengaluru", "postcode": "560001", "country": "IN",
              "latitude": 12.97160001, "longitude": -0.5, "instructions": "Ring twice;\nmind the dog"
            }
            """)!;
        var order = Order(address);
        var placed = await server.Client.Place(order);

        placed.StatusCode.ShouldBe(HttpStatusCode.Created, await placed.Content.ReadAsStringAsync());
        var path = placed.Headers.Location!.ToString();
        JsonNode?[] shown =
        [
            JsonNode.Parse(await placed.Content.ReadAsStringAsync()),
            await server.Get(path),
            (await server.Get($"/v1/orders?customerId={customer}"))["data"]![0],
            await server.Put($"{path}/status", new { status = "preparing" }),
        ];
        foreach (var one in shown) one!["fulfilment"]!["address"]!.ToJsonString().ShouldBe(address.ToJsonString());
        (await server.Get($"/v1/customers/{customer}/personal-data"))["contacts"]![0]!["address"]!.ToJsonString()
            .ShouldBe(address.ToJsonString());
    }

    [Fact]
    public async Task A_pickup_is_shown_and_exported_without_an_address()
    {
        var order = Order(SmallChain.Home);
        order["fulfilment"] = new JsonObject { ["type"] = "pickup" };
        var placed = await server.Client.Place(order);

        var shown = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!;
        shown["fulfilment"]!.ToJsonString().ShouldBe("""{"type":"pickup"}""");
        (await server.Get($"/v1/customers/{customer}/personal-data"))["contacts"]![0]!.AsObject()
            .ContainsKey("address").ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"12 MG Road\"")]
    [InlineData("[\"12 MG Road\"]")]
    [InlineData("7")]
    public async Task An_address_that_is_not_an_object_is_refused_with_the_members_that_it_needs(string address)
    {
        var problem = await Refused(Order(JsonNode.Parse(address)!), HttpStatusCode.BadRequest, "malformed_request");

        const string expected = "expected an object with line1, locality, city, postcode, country, and optionally "
            + "line2, landmark, latitude, longitude, instructions";
        ((string?)problem["detail"]).ShouldBe($"/fulfilment/address {expected}");
        ((string?)problem["errors"]!["/fulfilment/address"]![0]!["message"]).ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{ "line1": "12 MG Road", "city": "Bengaluru" }""", "/fulfilment/address", "'postcode'")]
    [InlineData("""{ "line1": "12 MG Road", "street": "x" }""", "/fulfilment/address", "street")]
    [InlineData("""{ "line1": "12 MG Road", "latitude": 1e400 }""", "/fulfilment/address/latitude", "a number")]
    [InlineData("""{ "line1": "12 MG Road", "latitude": "12.9" }""", "/fulfilment/address/latitude", "a number")]
    public async Task A_malformed_address_is_refused_with_the_place(string address, string pointer, string says)
    {
        var problem = await Refused(Order(JsonNode.Parse(address)!), HttpStatusCode.BadRequest, "malformed_request");

        var (place, faults) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
        place.ShouldStartWith(pointer);
        ((string?)faults![0]!["message"]).ShouldNotBeNull().ShouldContain(says);
    }

    [Theory]
    [InlineData("latitude", "longitude")]
    [InlineData("longitude", "latitude")]
    public async Task Latitude_and_longitude_come_together(string given, string missing)
    {
        var address = SmallChain.Home;
        address[given] = 12.5;
        var problem = await Refused(Order(address), HttpStatusCode.UnprocessableEntity, "validation_failed");

        var (place, faults) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
        (place, (string?)faults![0]!["code"]).ShouldBe(($"/fulfilment/address/{missing}", "required"));
    }

    [Fact]
    public async Task Instructions_outside_the_address_are_refused()
    {
        var order = Order(SmallChain.Home);
        order["fulfilment"]!["instructions"] = "Ring twice";
        var problem = await Refused(order, HttpStatusCode.BadRequest, "malformed_request");

        ((string?)problem["detail"]).ShouldNotBeNull().ShouldContain("unknown property 'instructions'");
    }

    [Theory]
    [InlineData("line1", "13 MG Road")]
    [InlineData("instructions", "Ring twice")]
    [InlineData("landmark", "Near the post office")]
    public async Task The_same_key_with_another_address_is_another_request(string member, string value)
    {
        var key = $"{Guid.NewGuid()}";
        (await server.Client.Place(Order(SmallChain.Home), key)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var address = SmallChain.Home;
        address[member] = value;

        await Refused(Order(address), HttpStatusCode.UnprocessableEntity, "idempotency_key_reused", key);
    }

    /// <summary>The former columns of the table, with the values that they could hold.</summary>
    [Fact]
    public async Task Addresses_that_were_texts_are_migrated_without_losing_any_of_it()
    {
        await using var own = await TestServer.Start();
        await Session.Run(own.ConnectionString, $"""
            ALTER TABLE contacts ADD COLUMN instructions text;
            INSERT INTO contacts (order_id, name, address, instructions) VALUES
                ('{Id(1)}', 'short', '12 MG Road', 'Ring "twice"'),
                ('{Id(2)}', 'long', repeat('a', 200) || repeat('b', 200) || repeat('c', 100), NULL),
                ('{Id(3)}', 'gap', '  ' || repeat('a', 200) || ' ' || repeat('b', 150), NULL),
                ('{Id(4)}', 'pickup', NULL, 'Blue car')
            """);

        await Session.Run(own.ConnectionString, Migrator.Known.Single(one => one.Name.Contains("0002")).Sql);

        await using var connection = await Session.Open(own.ConnectionString);
        await using var command = new NpgsqlCommand(
            "SELECT name, phone, email, address, notes, consent FROM contacts ORDER BY order_id", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await rows.ReadAsync())
        {
            var address = ContactTable.Read(rows, 0).Address;
            lines.Add(address is null ? "none" : string.Join('|', Shown(address.Line1), Shown(address.Line2),
                Shown(address.Landmark), address.Locality, address.City, address.Postcode, address.Country,
                address.Instructions));
        }
        lines.ShouldBe(
        [
            "12 MG Road|||unknown|unknown|00000|ZZ|Ring \"twice\"",
            "a*200|b*200|c*100|unknown|unknown|00000|ZZ|",
            "a*200|b*150||unknown|unknown|00000|ZZ|",
            "none",
        ]);

        static string Id(int n) => $"00000000-0000-7000-8000-{n:000000000000}";

        static string? Shown(string? text) => text is { Length: > 20 } ? $"{text[0]}*{text.Length}" : text;
    }

    async Task<JsonNode> Refused(JsonNode order, HttpStatusCode status, string code, string? key = null)
    {
        using var answer = await server.Client.Place(order, key);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        var problem = JsonNode.Parse(text)!;
        ((string?)problem["code"]).ShouldBe(code);
        (await server.Get($"/v1/orders?customerId={customer}"))["data"]!.AsArray().Count.ShouldBe(key is null ? 0 : 1);
        return problem;
    }

    JsonNode Order(JsonNode address)
    {
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        order["fulfilment"]!["address"] = address;
        order["customer"]!["id"] = customer;
        return order;
    }
}
