using System.Text.Json;
using Tiffin.Domain.Orders;

namespace Tiffin.Engine.Storage;

/// <summary>Reads the lines of an order from its stored content, when a decision asks for them.</summary>
static class OrderLines
{
    public static Lazy<IReadOnlyList<BasketLine>> In(byte[] content) => new(() => Read(content));

    // Without the notes, which are personal data.
    static IReadOnlyList<BasketLine> Read(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        return
        [
            .. document.RootElement.GetProperty("lines"u8).EnumerateArray().Select(line => new BasketLine(
                ItemId(line), Quantity(line),
                [
                    .. line.GetProperty("modifiers"u8).EnumerateArray()
                        .Select(modifier => new BasketModifier(ItemId(modifier), Quantity(modifier))),
                ],
                Note: null)),
        ];
    }

    static string ItemId(JsonElement entry) => entry.GetProperty("itemId"u8).GetString()!;

    static int Quantity(JsonElement entry) => entry.GetProperty("quantity"u8).GetInt32();
}
