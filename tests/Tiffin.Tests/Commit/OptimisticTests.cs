using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Domain.Inventory;
using Tiffin.Tests.Faults;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Commit;

/// <summary>
/// A batch that is decided from memory, in the hope that its keys are new and nobody else has written, is decided again
/// where that was wrong.
/// </summary>
public sealed class OptimisticTests : IAsyncLifetime
{
    TestServer node = null!;
    TestServer other = null!;

    public async Task InitializeAsync()
    {
        node = await TestServer.Start();
        other = await TestServer.Start(node.ConnectionString);
        await SmallChain.Open(node, rice: 400);
    }

    public async Task DisposeAsync()
    {
        await other.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_elses_change_is_written_over()
    {
        using var measured = new Measurements(node);
        await Place(3);

        (await other.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Created);
        var refused = await node.Client.Place(SmallChain.Order());

        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await ShouldHaveMetAConflict(measured);
        await Shop.ShouldVerify(node.ConnectionString);
    }

    [Fact]
    public async Task Nothing_is_refused_from_memory()
    {
        using var measured = new Measurements(node);
        await Place(4);
        await Receive(other, portions: 1);

        await Place(1);

        await ShouldHaveMetAConflict(measured);
        await Shop.ShouldVerify(node.ConnectionString);
    }

    [Fact]
    public async Task A_key_that_is_sent_again_gets_its_first_answer()
    {
        using var measured = new Measurements(node);
        var first = await node.Client.Place(SmallChain.Order(), "again");
        await Place(2);

        var again = await node.Client.Place(SmallChain.Order(), "again");

        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        await ShouldHaveMetAConflict(measured);
        (await Shop.Orders(node.ConnectionString)).ShouldBe(3);
    }

    [Fact]
    public async Task A_reference_that_is_sent_again_leads_to_its_order()
    {
        using var measured = new Measurements(node);
        var order = JsonSerializer.SerializeToNode(SmallChain.Order())!;
        order["externalReference"] = "Z-1";
        var first = await Id(await node.Client.Place(order));
        await Place(2);

        (await Id(await node.Client.Place(order))).ShouldBe(first);

        await ShouldHaveMetAConflict(measured);
        (await Shop.Orders(node.ConnectionString)).ShouldBe(3);
    }

    [Fact]
    public async Task After_a_conflict_the_node_looks_first_for_a_while()
    {
        using var measured = new Measurements(node);
        await Receive(node, portions: 10);
        await Place(2);

        for (var i = 0; i < 4; i++)
        {
            await Receive(other, portions: 1);
            await Place(1);
        }

        await ShouldHaveMetAConflict(measured);
    }

    async Task Place(int count)
    {
        for (var i = 0; i < count; i++)
            (await node.Client.Place(SmallChain.Order())).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    static async Task Receive(TestServer by, int portions)
    {
        var received = new RecordMovements(
            "k1", [new MovementLine("rice", MovementKind.Received, 100 * portions, null)])
        {
            Caller = SmallChain.Admin,
            Key = new RequestKey(Guid.NewGuid()),
            Fingerprint = Guid.NewGuid(),
        };
        (await by.Pipeline.Submit(received)).ShouldBeOfType<Outcome.OfStock>();
    }

    static async Task ShouldHaveMetAConflict(Measurements measured) => await Eventually.Holds(
        () => measured.Of("tiffin.commit.conflicts").Count == 1, "one conflict");

    static async Task<string> Id(HttpResponseMessage placed) =>
        (await placed.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
}
