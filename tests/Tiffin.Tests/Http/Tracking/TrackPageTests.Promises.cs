using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Tracking;

public sealed partial class TrackPageTests
{
    [Fact]
    public async Task A_later_promise_is_shown_with_its_reason_and_a_missed_one_with_an_apology()
    {
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 40, reason = "busy" });
        (await Seen(order)).ShouldStartWith("Dosa Corner has accepted your order. | Arrives 12:50 – 13:05 | "
            + "The kitchen is busy: your order will be later than first planned. | ");

        await Sandbox.Advance(server, 66);

        (await Seen(order)).ShouldContain(
            "Arrives 12:50 – 13:05 | This is taking longer than expected. We are sorry for the wait. | [Ordered");
    }

    [Theory]
    [InlineData("short_staffed", "The kitchen is short of staff: your order will be later than first planned.")]
    [InlineData("equipment", "Something in the kitchen has broken down: your order will be later than first planned.")]
    [InlineData("remake", "A dish is being made again: your order will be later than first planned.")]
    [InlineData("power_cut", "The kitchen needs a little longer: your order will be later than first planned.")]
    public async Task The_reason_of_a_later_promise_is_said_in_words_and_no_code_is_shown(string reason, string words)
    {
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 40, reason });

        (await Seen(order)).ShouldContain($"| Arrives 12:50 – 13:05 | {words} | [Ordered");
        (await Html(order)).ShouldNotContain(reason);
    }

    [Fact]
    public async Task The_reason_is_said_as_long_as_the_later_time_is_shown()
    {
        const string note =
            "| Arrives 12:50 – 13:05 | The kitchen is busy: your order will be later than first planned. |";
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 40, reason = "busy" });
        await server.Put($"/v1/orders/{order["id"]}/courier", new { courierId = "ravi", name = "Ravi Menon" });
        foreach (var status in new[] { "preparing", "ready", "out_for_delivery" })
        {
            await Move(order, status);
            (await Seen(order)).ShouldContain(note);
        }

        await server.Put($"/v1/orders/{order["id"]}/courier/arrival", new { where = "customer" });
        (await Seen(order)).ShouldNotContain("later");
        await Move(order, "delivered");
        (await Seen(order)).ShouldNotContain("later");
    }

    [Fact]
    public async Task An_order_that_is_accepted_for_later_than_planned_says_that_the_kitchen_needs_longer()
    {
        var order = await Place("k2");
        await server.Put($"/v1/orders/{order["id"]}/status", new { status = "accepted", prepMinutes = 30 });

        (await Seen(order)).ShouldStartWith("Dosa Corner has accepted your order. | Arrives 12:40 – 12:55 | "
            + "The kitchen needs a little longer: your order will be later than first planned. | ");
        (await customer.GetStringAsync($"{order["trackingUrl"]}?lang=hi"))
            .ShouldContain("किचन को थोड़ा और समय चाहिए: यह पहले बताए गए समय से देर है।");
    }

    [Fact]
    public async Task A_promise_that_moved_later_and_back_is_as_planned()
    {
        var order = await Place();
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 40, reason = "busy" });
        await server.Put($"/v1/orders/{order["id"]}/promise", new { prepMinutes = 20 });

        (await Seen(order)).ShouldStartWith(
            "Dosa Corner has accepted your order. | Arrives 12:30 – 12:45 | [Ordered 12:00]");
    }
}
