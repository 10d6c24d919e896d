using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;
using static Tiffin.Edge.RefusalRow;

namespace Tiffin.Edge;

/// <summary>Why a valid request to place an order is rejected.</summary>
static class PlacingProblems
{
    public static IEnumerable<RefusalRow> Rows =>
    [
        Row(new Refusal.OutOfStock([new(0, "masala", 2, [new("rice", "g", 400, 250)])]),
            "The kitchen's stock does not cover every line. Nothing was deducted.",
            "Offer the customer the remaining portions listed in 'lines', or remove the line.",
            outOfStock => new(409, "out_of_stock", "Not enough stock",
                "The stock does not cover some lines; 'lines' lists how many portions of each item are left.")
            {
                WriteExtensions = json => ShortLineJson.Write(json, outOfStock.Lines, withMissing: true),
            }),
        Row(new Refusal.ItemUnavailable("masala", "/lines/0/itemId", ProblemPage.SampleTime),
            "The kitchen has marked the item or modifier at 'pointer' as unavailable.",
            "Remove it, or retry after 'until'. The kitchen's menu shows availability.",
            off => new(409, "item_unavailable", "Item unavailable",
                $"The item '{off.ItemId}' is unavailable {Until(off.Until)}.")
            {
                WriteExtensions = json =>
                {
                    json.WriteString("itemId", off.ItemId);
                    json.WriteString("pointer", off.Pointer);
                    WriteUntil(json, off.Until);
                },
            }),
        Row(new Refusal.KitchenPaused(ProblemPage.SampleTime), "The kitchen accepts no new orders for now.",
            "Choose another kitchen, or retry after 'until'.",
            paused => new(409, "kitchen_paused", "Kitchen paused",
                $"The kitchen is paused {Until(paused.Until)}.")
            {
                WriteExtensions = json => WriteUntil(json, paused.Until),
            }),
        Row(new Refusal.TooManyOpenOrders(10), "The customer has reached the limit of open orders.",
            "Wait until one is delivered, or cancel one.",
            open => new(409, "too_many_open_orders", "Too many open orders",
                $"You have {open.Max} open orders, which is the limit. Wait until one is completed, or cancel one.")),
        Row(new Refusal.ReferenceInUse(Guid.Parse("01990a4e-7c00-7b3a-9f21-5d0000000001")),
            "Another order of the channel has the same externalReference but different content.",
            "Read the order in 'orderId'. Use each reference for one order only.",
            known => new(409, "reference_in_use", "External reference in use",
                $"'externalReference' names order {known.OrderId}, which has different content.")
            {
                WriteExtensions = json => json.WriteString("orderId", known.OrderId),
            }),
        Row(new Refusal.TotalChanged(
                new Totals(new(27_000, "INR"), new(1_350, "INR"), new(0, "INR"), new(28_350, "INR"))),
            "A price changed between showing the menu and placing the order.",
            "Show 'total' to the customer, then place the order with it as expectedTotal.",
            changed => new(409, "total_changed", "Total changed",
                "The current prices give a total other than 'expectedTotal'. Show 'total' to the customer first.")
            {
                WriteExtensions = json => json.WriteMoney("total", changed.Totals.Total),
            }),
    ];

    static string Until(DateTimeOffset? until) =>
        until is { } time ? $"until {JsonTime.Text(time)}" : "until further notice";

    static void WriteUntil(Utf8JsonWriter json, DateTimeOffset? until)
    {
        if (until is { } time) json.WriteString("until", JsonTime.Text(time));
    }
}
