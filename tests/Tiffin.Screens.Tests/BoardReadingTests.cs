using System.Text.Json.Nodes;

namespace Tiffin.Screens.Tests;

/// <summary>What a cook reads on the board from two metres.</summary>
public sealed class BoardReadingTests : BoardScreenTest
{
    [Fact]
    public async Task A_note_is_as_large_as_the_name_of_the_dish_and_an_allergy_larger()
    {
        var page = (await Open()).Page;
        var (note, allergy) = (await Noted("Less salt"), await Noted("Allergic to peanuts"));

        var dish = await SizeOf(note, ".item-name");

        (await SizeOf(note, ".note")).ShouldBeGreaterThanOrEqualTo(dish);
        (await SizeOf(allergy, ".note")).ShouldBeGreaterThan(dish);
        (await SizeOf(note, ".facts")).ShouldBeGreaterThanOrEqualTo(18);

        Task<double> SizeOf(JsonNode order, string part) => Card(page, order).Locator(part)
            .EvaluateAsync<double>("one => parseFloat(getComputedStyle(one).fontSize)");
    }

    Task<JsonNode> Noted(string note) => Server.Post("/v1/orders", new
    {
        kitchenId = "k1",
        brandId = "dosa",
        channel = "app",
        customer = new { name = "Asha" },
        fulfilment = new { type = "pickup" },
        lines = new[] { new { itemId = "plain", quantity = 1, note } },
    });
}
