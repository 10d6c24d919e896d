using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Catalogue;

/// <summary>What a cook may do without a manager; each test has its own kitchen and its own cook.</summary>
public sealed class KitchenStaffTests(SmallSandbox shared) : IClassFixture<SmallSandbox>, IAsyncLifetime
{
    readonly TestServer server = shared.Server;
    readonly string subject = $"pass-{Guid.NewGuid()}";
    string kitchen = null!;
    HttpClient cook = null!;

    string Masala => $"/v1/kitchens/{kitchen}/items/masala/availability";
    string Mode => $"/v1/kitchens/{kitchen}/mode";

    public async Task InitializeAsync()
    {
        kitchen = await Own.Kitchen(server, Acceptance.Manual);
        cook = await server.ClientOf(Role.Kitchen, [kitchen], subject: subject);
    }

    public Task DisposeAsync()
    {
        cook.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_cook_takes_an_item_off_until_a_time_and_puts_it_back_and_both_are_audited()
    {
        await Refused(Masala, new { available = false }, "/until", "required");
        (await MasalaIsAvailable()).ShouldBeTrue();

        await Done(Masala, new { available = false, until = In(hours: 1) });
        (await MasalaIsAvailable()).ShouldBeFalse();
        await Done(Masala, new { available = true });
        (await MasalaIsAvailable()).ShouldBeTrue();

        (await server.Get("/v1/audit"))["data"]!.AsArray().Where(entry => (string?)entry!["subject"] == subject)
            .Select(entry => ((string?)entry!["path"], (int)entry["status"]!, (string?)entry["role"]))
            .ShouldBe([(Masala, 200, "kitchen"), (Masala, 200, "kitchen"), (Masala, 422, "kitchen")]);
    }

    [Fact]
    public async Task A_cook_puts_back_what_a_manager_took_off()
    {
        await server.Put(Masala, new { available = false });

        await Done(Masala, new { available = true });

        (await MasalaIsAvailable()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_cook_sets_busy_for_a_time_and_online_again_but_does_not_pause()
    {
        await Refused(Mode, new { mode = "busy", delayMinutes = 10 }, "/until", "required");
        await Refused(Mode, new { mode = "busy", delayMinutes = 10, until = In(hours: 25) }, "/until", "too_far_ahead");
        await Refused(Mode, new { mode = "paused", until = In(hours: 1) }, "/mode", "not_yours");
        (await ModeNow()).ShouldBe("online");

        await Done(Mode, new { mode = "busy", delayMinutes = 10, until = In(hours: 1) });
        (await ModeNow()).ShouldBe("busy");
        await Done(Mode, new { mode = "online" });
        (await ModeNow()).ShouldBe("online");
    }

    [Fact]
    public async Task A_cook_does_not_end_the_pause_of_a_manager()
    {
        await server.Put(Mode, new { mode = "paused", until = In(hours: 1) });

        await Refused(Mode, new { mode = "online" }, "/mode", "not_yours");
        await Refused(Mode, new { mode = "busy", until = In(hours: 2) }, "/mode", "not_yours");

        (await ModeNow()).ShouldBe("paused");
    }

    [Fact]
    public async Task A_cook_is_back_after_the_kitchen_paused_itself_because_it_did_not_answer()
    {
        for (var i = 0; i < 3; i++) await server.Post("/v1/orders", SmallChain.Order(kitchen));
        await Sandbox.Advance(server, 10);
        (await ModeNow()).ShouldBe("paused");

        await Done(Mode, new { mode = "online" });

        (await ModeNow()).ShouldBe("online");
        await server.Post("/v1/orders", SmallChain.Order(kitchen));
    }

    [Fact]
    public async Task The_menu_shows_only_to_staff_who_took_an_item_off()
    {
        using var channel = await server.ClientOf(Role.Channel, channel: "app");
        await Done(Masala, new { available = false, until = In(hours: 1) });

        (await OffBy(server.Client)).ShouldBe(subject);
        (await OffBy(channel)).ShouldBeNull();

        await Done(Masala, new { available = true });
        (await OffBy(server.Client)).ShouldBeNull();
    }

    async Task<string?> OffBy(HttpClient client)
    {
        var menu = JsonNode.Parse(await client.GetStringAsync($"/v1/kitchens/{kitchen}/menu"))!;
        return (string?)menu["data"]!.AsArray().Single(item => (string)item!["itemId"]! == "masala")!["offBy"];
    }

    [Fact]
    public async Task Another_kitchen_does_not_exist_for_a_cook()
    {
        var until = In(hours: 1);
        foreach (var (path, body) in new (string, object)[]
        {
            ("/v1/kitchens/k1/items/masala/availability", new { available = false, until }),
            ("/v1/kitchens/k1/mode", new { mode = "busy", until }),
        })
            (await cook.PutAsJsonAsync(path, body)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        (await server.Get("/v1/kitchens/k1"))["mode"]!["mode"]!.ToString().ShouldBe("online");
    }

    async Task Done(string path, object body) =>
        (await cook.PutAsJsonAsync(path, body)).StatusCode.ShouldBe(HttpStatusCode.OK);

    async Task Refused(string path, object body, string pointer, string code)
    {
        var answer = await cook.PutAsJsonAsync(path, body);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, $"{problem}");
        problem["errors"]![pointer]![0]!["code"]!.ToString().ShouldBe(code);
    }

    DateTimeOffset In(int hours) => Sandbox.Now(server).AddHours(hours);

    async Task<string> ModeNow() => (await server.Get($"/v1/kitchens/{kitchen}"))["mode"]!["mode"]!.ToString();

    async Task<bool> MasalaIsAvailable() => (bool)(await server.Get($"/v1/kitchens/{kitchen}/menu"))["data"]!.AsArray()
        .Single(item => (string)item!["itemId"]! == "masala")!["available"]!;
}
