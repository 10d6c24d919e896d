using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiffin.Dev.Run;

/// <summary>The text printed when the server is ready.</summary>
static class Welcome
{
    // Keeps the + of phone numbers readable. Safe because the text goes to a terminal, not into a page.
    static readonly JsonSerializerOptions readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The addresses must not contain keys, because browser histories and logs keep addresses.
    static readonly (string Name, string Path, string Role)[] screens =
    [
        ("kitchen board", "kitchen/blr-01", "kitchen"),
        ("stock", "stock/blr-01", "manager"),
        ("operations", "operations", "admin"),
        ("analytics", "analytics", "admin"),
        ("all screens", "start", "admin"),
        ("wall tablet", "pair", "a manager confirms its code in all screens"),
    ];

    public static string Text(Uri address, DevKeys? keys) =>
        $"""

        Tiffin is ready.

          address         {address}
          API reference   {new Uri(address, "docs")}

        Screens, each with the role whose key signs in:

        {Screens(address)}

        API keys by role, valid until the next start (GET /dev/keys returns them):

        {string.Join('\n', keys?.ByRole.Select(key => $"  {key.Key,-10}{key.Value}") ?? [])}

        Place an order (run it twice: one order, the same response):

        {Curl(address, keys?.ByRole["admin"] ?? "tk_…")}

        Press Ctrl-C to stop.

        """;

    static string Screens(Uri address) => string.Join('\n',
        from screen in screens
        let link = new Uri(address, screen.Path).ToString()
        select $"  {screen.Name,-16}{link,-46}{screen.Role}");

    /// <summary>A command that places an order at the first kitchen of the demo chain, with a new key.</summary>
    public static string Curl(Uri address, string key)
    {
        var order = new
        {
            kitchenId = "blr-01",
            brandId = "biryani-house",
            channel = "web",
            customer = new { name = "Ananya Rao", phone = "+919000012345" },
            fulfilment = new
            {
                type = "delivery",
                address = new
                {
                    line1 = "12, 4th Main", locality = "Indiranagar", city = "Bengaluru", postcode = "560038",
                    country = "IN",
                },
            },
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
