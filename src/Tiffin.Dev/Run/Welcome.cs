using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiffin.Dev.Run;

/// <summary>What is printed once orders can be placed.</summary>
static class Welcome
{
    // A telephone number is to be read as one; the result goes into a terminal, not into a page.
    static readonly JsonSerializerOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(Uri address, DevKeys? keys) =>
        $"""

        Tiffin is ready.

          address     {address}
          reference   {new Uri(address, "docs")}

        A key per role, good until the next start (GET /dev/keys tells them again):

        {string.Join('\n', keys?.ByRole.Select(key => $"  {key.Key,-10}{key.Value}") ?? [])}

        Place an order (paste it twice: one order, the same answer):

        {Curl(address, keys?.ByRole["admin"] ?? "tk_…")}

        Ctrl-C stops it.

        """;

    /// <summary>One line that places an order for the first kitchen of the demo chain, with a key of its own.</summary>
    public static string Curl(Uri address, string key)
    {
        var order = new
        {
            kitchenId = "blr-01",
            brandId = "biryani-house",
            channel = "web",
            customer = new { name = "Ananya Rao", phone = "+919000012345" },
            fulfilment = new { type = "delivery", address = "12, 4th Main, Indiranagar" },
            lines = new[]
            {
                new
                {
                    itemId = "chicken-biryani",
                    quantity = 2,
                    modifiers = new[] { new { itemId = "extra-raita", quantity = 1 } },
                },
            },
        };
        return $"curl -i {new Uri(address, "v1/orders")} -H 'Authorization: Bearer {key}' "
            + $"-H 'Content-Type: application/json' -H 'Idempotency-Key: {Guid.NewGuid()}' "
            + $"-d '{JsonSerializer.Serialize(order, readable)}'";
    }
}
