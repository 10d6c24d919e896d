using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Engine.Hosting;
using Tiffin.Features.Devices;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class PairingTests(TabletServer shared) : IClassFixture<TabletServer>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;

    /// <summary>Open pairings of earlier tests would count against the limits and appear as rows.</summary>
    public Task InitializeAsync() => Session.Run(server.ConnectionString, "DELETE FROM device_pairings");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_manager_enters_the_code_and_the_tablet_gets_a_session_once()
    {
        using var manager = await server.ClientOf(Role.Manager, ["k1"]);
        using var tablet = await Tablet.Begin(server);
        tablet.Code.ShouldMatch("^[CDFHJKMNPRTVWXY34679]{4}-[CDFHJKMNPRTVWXY34679]{4}$");
        (await tablet.Claim()).ShouldBe(HttpStatusCode.Accepted);
        (await tablet.Asks()).ShouldBe(HttpStatusCode.Unauthorized);

        // As a person types it.
        (await Tablet.Confirm(manager, tablet.Code.Replace("-", " ").ToLowerInvariant(), name: "Tandoor, left"))
            .ShouldBe((HttpStatusCode.NoContent, null));

        (await tablet.Claim()).ShouldBe(HttpStatusCode.OK);
        (await tablet.Asks()).ShouldBe(HttpStatusCode.OK);
        ((string)tablet.Session["name"]!).ShouldBe("Tandoor, left");
        (await tablet.Claim()).ShouldBe(HttpStatusCode.NotFound);
        (await Tablet.Confirm(manager, tablet.Code)).ShouldBe((HttpStatusCode.NotFound, "not_found"));
    }

    [Fact]
    public async Task A_poll_before_the_confirmation_says_when_to_ask_again()
    {
        using var tablet = await Tablet.Begin(server);

        using var answer = await tablet.Client.PostAsJsonAsync(
            "/v1/devices/pairings/claim", new { deviceSecret = (string)tablet.Pairing["deviceSecret"]! });

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds((int)tablet.Pairing["interval"]!));
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task The_menu_names_the_tablet_on_which_an_item_was_taken_off()
    {
        const string masala = "/v1/kitchens/k1/items/masala/availability";
        using var tablet = await Tablet.Paired(server, name: "Tandoor, left");

        using var off = await tablet.Client.PutAsJsonAsync(
            masala, new { available = false, until = server.Database.Clock.Now.AddHours(1) });

        off.StatusCode.ShouldBe(HttpStatusCode.OK);
        var menu = (await server.Get("/v1/kitchens/k1/menu"))["data"]!.AsArray();
        menu.Select(item => (string?)item!["offBy"]).OfType<string>().ShouldBe(["Tandoor, left"]);
        await server.Put(masala, new { available = true });
    }

    [Fact]
    public async Task A_wrong_code_and_a_wrong_secret_pair_nothing()
    {
        using var tablet = await Tablet.Begin(server);
        var devices = (await server.Get("/v1/devices")).ToJsonString();

        (await Tablet.Confirm(server.Client, "CCCC-CCCC")).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        (await Tablet.Confirm(server.Client, "é")).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        // The code is shown on a screen: it must not be enough for a session.
        (await Tablet.Confirm(server.Client, tablet.Code)).ShouldBe((HttpStatusCode.NoContent, null));
        foreach (var secret in new[] { tablet.Code, "", new string('0', 64) })
        {
            using var answer = await tablet.Client.PostAsJsonAsync(
                "/v1/devices/pairings/claim", new { deviceSecret = secret });
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        (await server.Get("/v1/devices")).ToJsonString().ShouldBe(devices);
    }

    [Fact]
    public async Task An_expired_code_neither_confirms_nor_pairs_and_is_deleted()
    {
        using var late = await Tablet.Begin(server);
        using var confirmed = await Tablet.Begin(server);
        await Tablet.Confirm(server.Client, confirmed.Code);
        await Session.Run(server.ConnectionString, "UPDATE device_pairings SET expires_at = now()");
        using var open = await Tablet.Begin(server);

        (await Tablet.Confirm(server.Client, late.Code)).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        (await late.Claim()).ShouldBe(HttpStatusCode.NotFound);
        (await confirmed.Claim()).ShouldBe(HttpStatusCode.NotFound);
        await server.Services.GetServices<IChore>().OfType<PairingExpiry>().Single().Run(default);
        (await Session.Ask<long>(server.ConnectionString, "SELECT count(*) FROM device_pairings")).ShouldBe(1);
        (await Tablet.Confirm(server.Client, open.Code)).ShouldBe((HttpStatusCode.NoContent, null));
    }

    [Fact]
    public async Task A_confirmed_code_is_not_confirmed_for_another_kitchen_and_a_repetition_does_no_harm()
    {
        using var tablet = await Tablet.Begin(server);

        (await Tablet.Confirm(server.Client, tablet.Code, "k1")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Tablet.Confirm(server.Client, tablet.Code, "k1")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await Tablet.Confirm(server.Client, tablet.Code, "k2")).Status.ShouldBe(HttpStatusCode.NotFound);

        await tablet.Claim();
        ((string)tablet.Session["kitchenId"]!).ShouldBe("k1");
    }

    [Theory]
    [InlineData("k2", "Tandoor", "/kitchenId", "unknown_kitchen")]
    [InlineData("k9", "Tandoor", "/kitchenId", "unknown_kitchen")]
    [InlineData("K 1", "Tandoor", "/kitchenId", "not_a_slug")]
    [InlineData("k1", " ", "/name", "blank")]
    public async Task A_manager_pairs_for_a_kitchen_of_theirs_and_names_the_device(
        string kitchen, string name, string pointer, string code)
    {
        using var manager = await server.ClientOf(Role.Manager, ["k1"]);
        using var tablet = await Tablet.Begin(server);

        using var answer = await manager.PutAsJsonAsync(
            $"/v1/devices/pairings/{tablet.Code}", new { kitchenId = kitchen, name });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((string)problem["errors"]![pointer]![0]!["code"]!).ShouldBe(code);
        // A refusal does not use up the code.
        (await Tablet.Confirm(manager, tablet.Code)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task After_too_many_wrong_codes_a_manager_must_wait_even_with_a_valid_one()
    {
        using var guesser = await server.ClientOf(Role.Manager, ["k1"], subject: "guesser");
        using var manager = await server.ClientOf(Role.Manager, ["k1"]);
        for (var i = 0; i < 20; i++)
            (await Tablet.Confirm(guesser, "CCCC-CCCC")).Status.ShouldBe(HttpStatusCode.NotFound);

        // One attempt is freed every five seconds. If the machine pauses, an attempt freed meanwhile pairs a tablet.
        var code = "";
        await Eventually.Holds(async () =>
        {
            using var tablet = await Tablet.Begin(server);
            code = tablet.Code;
            while ((await Tablet.Confirm(guesser, "CCCC-CCCC")).Status == HttpStatusCode.NotFound) { }
            return (await Tablet.Confirm(guesser, code)).Status;
        }, status => status == HttpStatusCode.TooManyRequests);

        (await Tablet.Confirm(manager, code)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("OpenPairingsPerAddressMax")]
    [InlineData("OpenPairingsMax")]
    public async Task Open_pairings_are_bounded_until_they_end(string limit)
    {
        await using var node = await Tablet.Server(
            server.ConnectionString, app => app.Configuration[$"Devices:{limit}"] = "2");
        using var first = await Tablet.Begin(node);
        using var second = await Tablet.Begin(node);
        using var stranger = node.Stranger();

        using var refused = await stranger.PostAsync("/v1/devices/pairings", null);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        ((string)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["code"]!).ShouldBe("too_many_pairings");
        await Tablet.Confirm(node.Client, first.Code);
        await first.Claim();
        (await Tablet.Begin(node)).Dispose();
        await Session.Run(server.ConnectionString, "UPDATE device_pairings SET expires_at = now()");
        (await Tablet.Begin(node)).Dispose();
    }

    [Fact]
    public async Task Neither_code_nor_secret_is_stored()
    {
        using var tablet = await Tablet.Begin(server);

        var stored = await Session.Ask<string>(
            server.ConnectionString, "SELECT row_to_json(p)::text FROM device_pairings p");

        stored.ShouldNotBeNull().ShouldNotContain(tablet.Code, Case.Insensitive);
        stored.ShouldNotContain((string)tablet.Pairing["deviceSecret"]!);
        // Not a plain hash either: all codes could be tried within minutes.
        var plain = Tiffin.Edge.Access.ApiKey.Hash(tablet.Code.Replace("-", ""));
        stored.ShouldNotContain(Convert.ToHexString(plain), Case.Insensitive);
    }
}
