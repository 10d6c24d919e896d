using System.Text.Json.Nodes;
using Tiffin.Domain;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>Signing in, refusals, and the pairing of a tablet.</summary>
public sealed class DoorTests : ScreenTest
{
    [Theory]
    [InlineData("/start?from=a%26b", "/start?from=a%26b")]
    [InlineData("/sign-in?returnTo=https://evil.example/", "/start")]
    [InlineData("/sign-in?returnTo=//evil.example/", "/start")]
    public async Task A_key_signs_in_and_leads_to_the_page_that_was_asked_for(string asked, string opened)
    {
        var page = (await Visit(Device.Tablet)).Page;
        await page.GotoAsync(asked);

        await SignIn(page, await Server.KeyOf(Role.Manager, ["k1"]));

        await Expect(page).ToHaveURLAsync(opened);
        await Expect(page.GetByText("Signed in as manager")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Kitchen board k1" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Kitchen board k2" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_key_that_does_not_work_is_explained_and_the_next_one_works()
    {
        var page = (await Visit(Device.Phone)).Expect("401 POST /v1/session").Page;
        await page.GotoAsync("/sign-in");

        await SignIn(page, "tk_wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This key does not work.");
        await SignIn(page, await Server.KeyOf(Role.Kitchen, ["k1"]));

        await Expect(page.GetByText("Signed in as kitchen")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_screen_that_the_role_may_not_open_says_who_may_and_leads_back()
    {
        var visitor = (await Visit(Device.Tablet)).Expect("403 GET /operations");
        await visitor.SignIn(await Server.KeyOf(Role.Kitchen, ["k1"]));
        var page = visitor.Page;
        await page.GotoAsync("/operations");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("You may not open this screen");
        await Expect(page.GetByText("Operations requires the role administrator or manager.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Your screens" }).ClickAsync();

        await Expect(page.GetByText("Signed in as kitchen")).ToBeVisibleAsync();
    }

    // Fails if the name of a device becomes markup, or if its access ends before the manager has confirmed this.
    [Fact]
    public async Task A_tablet_is_paired_by_typing_its_code_and_revoked_after_confirmation()
    {
        const string name = "Tandoor, <b>left</b><img src=x onerror='window.ran = 1'>";
        var tablet = (await Visit(Device.Tablet)).Page;
        var visitor = await Visit(Device.Phone);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var manager = visitor.Page;
        await tablet.GotoAsync("/pair");
        var code = tablet.Locator(".user-code");
        await Expect(code).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[A-Z0-9]{4}-[A-Z0-9]{4}$"));

        await manager.GotoAsync("/start");
        var typed = (await code.TextContentAsync())!.ToLowerInvariant();
        await manager.GetByLabel("Code", new() { Exact = true }).FillAsync(typed);
        await manager.GetByLabel("Name").FillAsync(name);
        await manager.GetByRole(AriaRole.Button, new() { Name = "Pair" }).ClickAsync();

        await Expect(manager.GetByText($"{name} is paired.")).ToBeVisibleAsync();
        await Expect(tablet).ToHaveURLAsync("/kitchen/k1");
        await tablet.CloseAsync();
        await manager.ReloadAsync();
        var row = manager.GetByRole(AriaRole.Listitem).Filter(new() { HasText = name });
        var question = row.GetByRole(AriaRole.Alertdialog, new() { Name = "Revoke" });
        await row.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).ClickAsync();
        await Expect(question).ToContainTextAsync($"{name} is signed out within five seconds");
        await question.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        await Expect(question).ToHaveCountAsync(0);
        (await Devices()).Count.ShouldBe(1);

        await row.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(manager.GetByText("No screen is paired.")).ToBeVisibleAsync();
        (await Devices()).ShouldBeEmpty();
        (await manager.EvaluateAsync<bool>("'ran' in window")).ShouldBeFalse();

        async Task<JsonArray> Devices() => (await Server.Get("/v1/devices"))["data"]!.AsArray();
    }

    [Theory]
    [InlineData("/sign-in", false)]
    [InlineData("/sign-in", true)]
    [InlineData("/start", false)]
    [InlineData("/start", true)]
    [InlineData("/pair", false)]
    [InlineData("/pair", true)]
    [InlineData("/operations", false)]
    [InlineData("/operations", true)]
    public async Task Axe_finds_nothing(string path, bool isDark)
    {
        var visitor = await Visit(Device.Phone with { IsDark = isDark });
        if (path == "/start") await visitor.SignIn(await Server.KeyOf(Role.Admin));
        // Refused: the page shows who may open it.
        if (path == "/operations")
            await visitor.Expect("403 GET /operations").SignIn(await Server.KeyOf(Role.Kitchen, ["k1"]));
        await visitor.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        if (path == "/pair") await Expect(visitor.Page.Locator(".user-code")).ToBeVisibleAsync();
        (await visitor.AxeViolations()).ShouldBeEmpty();
        (await visitor.HorizontalOverflow()).ShouldBe(0);
    }

    static async Task SignIn(IPage page, string key)
    {
        await page.GetByLabel("Access key").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
