using System.Text.Json;
using System.Text.RegularExpressions;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Unattended screens that are open when their session ends.</summary>
public sealed class SignedOutTests : ScreenTest
{
    static readonly TimeSpan promised = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("/kitchen/k1")]
    [InlineData("/stock/k1")]
    public async Task A_device_that_is_no_longer_paired_leaves_its_screen_within_five_seconds(string address)
    {
        var visitor = await Visit(Device.Tablet);
        var id = await Pair(visitor);
        await ShouldLeave(visitor, address, async () =>
            (await Server.Client.DeleteAsync($"/v1/devices/{id}")).IsSuccessStatusCode.ShouldBeTrue());
    }

    [Fact]
    public async Task A_manager_whose_key_is_revoked_leaves_operations_within_five_seconds()
    {
        var key = await Server.Post("/v1/keys", new { role = "manager", label = "m", kitchens = new[] { "k1" } });
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn((string)key["key"]!);
        await ShouldLeave(visitor, "/operations", async () =>
            (await Server.Client.DeleteAsync($"/v1/keys/{key["id"]}")).IsSuccessStatusCode.ShouldBeTrue());
    }

    [Theory]
    [InlineData("/kitchen/k1")]
    [InlineData("/stock/k1")]
    [InlineData("/operations")]
    public async Task Signing_out_elsewhere_in_the_browser_leaves_the_screen_within_five_seconds(string address)
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var http = visitor.Context.APIRequest;
        await ShouldLeave(visitor, address, async () =>
        {
            var session = (await (await http.GetAsync("/v1/session")).JsonAsync())!.Value;
            var answer = await http.DeleteAsync("/v1/session", new()
            {
                Headers = new Dictionary<string, string>
                {
                    [Sessions.AntiforgeryHeader] = session.GetProperty("antiforgeryToken").GetString()!,
                },
            });
            answer.Status.ShouldBe(204);
        });
    }

    /// <summary>
    /// Another node learns of it within <see cref="KeyRing.PollInterval"/>. The clock of the page is stopped, and
    /// advances by the rest of the five seconds.
    /// </summary>
    static async Task ShouldLeave(Visitor visitor, string address, Func<Task> end)
    {
        var page = visitor.Page;
        // Makes random waits as long as possible.
        await page.AddInitScriptAsync("Math.random = () => 0.999");
        await page.Clock.InstallAsync();
        await page.GotoAsync(address);
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await Expect(page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();

        await end();

        await Expect(page.Locator(".link-state.doubtful, .board[data-link=doubtful]")).ToBeVisibleAsync();
        await page.Clock.RunForAsync((long)(promised - KeyRing.PollInterval).TotalMilliseconds);
        await Expect(page).ToHaveURLAsync(new Regex($"/sign-in\\?why=ended&returnTo={Uri.EscapeDataString(address)}"));
        visitor.Expect([.. visitor.Faults.Where(fault => fault.StartsWith("401 ", StringComparison.Ordinal))]);
    }

    /// <summary>Pairs the visitor's browser, and returns the id of the device.</summary>
    async Task<string> Pair(Visitor visitor)
    {
        var pairing = await Post("/v1/devices/pairings", null);
        (await Server.Client.PutAsync($"/v1/devices/pairings/{pairing.GetProperty("userCode").GetString()}",
            System.Net.Http.Json.JsonContent.Create(new { kitchenId = "k1", name = "Tandoor" })))
            .IsSuccessStatusCode.ShouldBeTrue();
        var deviceSecret = pairing.GetProperty("deviceSecret").GetString();
        return (await Post("/v1/devices/pairings/claim", new { deviceSecret })).GetProperty("id").GetString()!;

        async Task<JsonElement> Post(string path, object? body)
        {
            var answer = await visitor.Context.APIRequest.PostAsync(path, new() { DataObject = body });
            answer.Ok.ShouldBeTrue(await answer.TextAsync());
            return (await answer.JsonAsync())!.Value;
        }
    }
}
