using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;
using static Microsoft.Playwright.Assertions;

namespace Tiffin.Screens.Tests;

/// <summary>An order whose code is not available, at the pass of a kitchen that requires one.</summary>
public sealed class BoardHandoverTests : BoardScreenTest
{
    JsonNode order = null!;

    protected override async Task OpenChain()
    {
        await base.OpenChain();
        await Server.Pipeline.Submit(SmallChain.Kitchen("k1", Acceptance.Automatic) with
        {
            Times = new() { HandoverCodes = HandoverCodes.Required },
        });
        order = await Place();
        await Move(order, "preparing");
        await Move(order, "ready");
    }

    [Fact]
    public async Task A_manager_hands_an_order_over_without_its_code_and_gives_a_reason()
    {
        var visitor = await Visit(Device.Tablet);
        await visitor.SignIn(await Server.KeyOf(Role.Manager, ["k1"]));
        var page = visitor.Page;
        await Show(page);
        await LockTheCode();

        await Button(page, "Enter code", order).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand over without a code" }).ClickAsync();
        await Expect(page.GetByText("Why without the code?")).ToBeVisibleAsync();
        (await visitor.AxeViolations()).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Phone broken" }).ClickAsync();

        await Eventually.Holds(() => Status(order), status => status == "out_for_delivery");
        var timeline = (await Server.Get($"/v1/orders/{order["id"]}"))["timeline"]!.AsArray();
        ((string)timeline[^1]!["reason"]!).ShouldBe("phone_broken");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_cook_sees_that_handing_over_without_a_code_needs_a_manager()
    {
        var page = (await Open()).Page;

        await Button(page, "Enter code", order).ClickAsync();

        await Expect(page.GetByText("Only a manager may hand it over without the code.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Hand over without a code" })).ToHaveCountAsync(0);
    }

    async Task LockTheCode()
    {
        var right = (string)(await Server.Get($"/v1/orders/{order["id"]}"))["collectionCode"]!;
        var code = right == "0000" ? "0001" : "0000";
        for (var attempt = 0; attempt < new KitchenTimes().CodeAttemptsMax; attempt++)
        {
            using var answer = await Server.Client.PutAsJsonAsync(
                $"/v1/orders/{order["id"]}/status", new { status = "out_for_delivery", code });
            answer.IsSuccessStatusCode.ShouldBeFalse();
        }
    }
}
