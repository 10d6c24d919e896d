using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Docs;

/// <summary>A day of a small chain, which calls every operation at least once.</summary>
sealed class ApiStory(TestServer server, Transcript calls, Receiver receiver)
{
    const string Kitchen = "/v1/kitchens/blr-01";

    string order = "";
    string track = "";

    public async Task Tell()
    {
        await Build();
        await Fill();
        await Sell();
        await Follow();
        await Deliver();
        await Bring();
        await Administer();
        await Watch();
    }

    async Task Build()
    {
        await calls.Call("putBrand", "/v1/brands/biryani-house", """{ "name": "Biryani House" }""");
        await calls.Call("putIngredient", "/v1/ingredients/chicken", """
            { "name": "Chicken, curry cut", "unit": "g", "storageArea": "Cold room",
              "pack": { "quantity": 5000, "price": { "amount": 120000, "currency": "INR" } } }
            """);
        await server.Put("/v1/ingredients/curd", new { name = "Curd", unit = "g" });
        await server.Put("/v1/items/extra-raita", JsonNode.Parse("""
            { "kind": "modifier", "brandId": "biryani-house", "name": "Extra raita", "taxBasisPoints": 500,
              "price": { "amount": 3500, "currency": "INR" }, "recipe": [{ "sku": "curd", "quantity": 80 }] }
            """)!);
        await calls.Call("putItem", "/v1/items/chicken-biryani", """
            { "brandId": "biryani-house", "name": "Chicken Dum Biryani", "taxBasisPoints": 500,
              "price": { "amount": 28900, "currency": "INR" }, "recipe": [{ "sku": "chicken", "quantity": 220 }],
              "modifiers": ["extra-raita"] }
            """);
        await calls.Call("putKitchen", Kitchen, """
            { "name": "Indiranagar", "city": "Bengaluru", "phone": "+918000000101", "timeZone": "Asia/Kolkata",
              "currency": "INR", "brands": ["biryani-house"], "acceptance": "automatic",
              "fees": { "delivery": 2900, "packaging": 1000 } }
            """);
        await calls.Call("listBrands", "/v1/brands");
        await calls.Call("getBrand", "/v1/brands/biryani-house");
        await calls.Call("listIngredients", "/v1/ingredients?limit=1");
        await calls.Call("getIngredient", "/v1/ingredients/chicken");
        await calls.Call("listItems", "/v1/items?brandId=biryani-house&limit=1");
        await calls.Call("getItem", "/v1/items/chicken-biryani");
        await calls.Call("listKitchens", "/v1/kitchens");
        await calls.Call("getKitchen", Kitchen);
    }

    async Task Fill()
    {
        await calls.Call("recordMovements", $"{Kitchen}/stock/movements", """
            { "movements": [{ "sku": "chicken", "kind": "received", "quantity": 5000, "note": "Morning delivery" },
              { "sku": "curd", "kind": "received", "quantity": 2000 }] }
            """, 201, "delivery-0815");
        await calls.Call("setThreshold", $"{Kitchen}/stock/chicken", """{ "threshold": 6000 }""");
        await calls.Call("listStock", $"{Kitchen}/stock?limit=1");
        await calls.Call("getStock", $"{Kitchen}/stock/chicken");
        await calls.Call("listMovements", $"{Kitchen}/stock/chicken/movements?limit=1");
        await calls.Call("listAlerts", "/v1/alerts?kitchenId=blr-01");
        var later = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        await calls.Call("setAvailability", $"{Kitchen}/items/extra-raita/availability",
            $$"""{ "available": false, "until": "{{later}}" }""");
        await server.Put($"{Kitchen}/items/extra-raita/availability", new { available = true });
        await calls.Call("setKitchenMode", $"{Kitchen}/mode",
            $$"""{ "mode": "busy", "until": "{{later}}", "delayMinutes": 20 }""");
        await calls.Call("setKitchenHours", $"{Kitchen}/hours", """
            { "weekly": [{ "days": ["mon", "tue", "wed", "thu", "sun"], "from": "11:00", "to": "23:00" },
                { "days": ["fri", "sat"], "from": "11:00", "to": "02:00" }],
              "exceptions": [{ "date": "2026-12-25", "closed": true },
                { "date": "2026-12-31", "from": "11:00", "to": "15:00" }] }
            """);
        // The story runs at any hour.
        await server.Put($"{Kitchen}/hours", new { weekly = Array.Empty<object>() });
        await calls.Call("getMenu", $"{Kitchen}/menu?brandId=biryani-house");
        await calls.Call("putAlertAddress", $"{Kitchen}/alert-address", """{ "email": "chef@example.com" }""");
        await calls.Call("getAlertAddress", $"{Kitchen}/alert-address");
        await calls.Call("deleteAlertAddress", $"{Kitchen}/alert-address", status: 204);
    }

    async Task Sell()
    {
        const string body = """
            { "kitchenId": "blr-01", "brandId": "biryani-house", "channel": "app",
              "customer": { "id": "c-1", "name": "Ananya Rao", "email": "ananya@example.com", "consent": true },
              "fulfilment": { "type": "delivery", "address": {
                "line1": "12, 4th Main", "landmark": "Opposite the water tank",
                "locality": "Indiranagar", "city": "Bengaluru", "postcode": "560038", "country": "IN",
                "instructions": "Second floor, ring twice" } },
              "lines": [{ "itemId": "chicken-biryani", "quantity": 2,
                "modifiers": [{ "itemId": "extra-raita", "quantity": 1 }] }] }
            """;
        var placed = await calls.Call("placeOrder", "/v1/orders", body, 201, "cart-4711");
        (order, track) = ((string)placed!["id"]!, placed.TrackPath());
        await calls.Call("placeOrder", "/v1/orders", body, 201, "cart-4711");
        await calls.Call("placeOrder", "/v1/orders", body.Replace("\"quantity\": 2", "\"quantity\": 99"), 409,
            "cart-4712");
        await calls.Call("placeOrder", "/v1/orders", body.Replace("\"quantity\": 2", "\"quantity\": 0"), 422,
            "cart-4713");
        await calls.Call("getOrder", $"/v1/orders/{order}");
        await calls.Call("listOrders", "/v1/orders?kitchenId=blr-01&status=accepted,preparing&limit=1");
        await calls.Call("changeOrderStatus", $"/v1/orders/{order}/status", """{ "status": "preparing" }""");
        await calls.Call("getBoard", "/v1/kitchens/blr-01/board");
        await server.HasRead("ledger");
        await calls.Call("getPastKitchen", $"/v1/orders/{order}/kitchen?version=2");
        await calls.Call("reportDifferences", "/v1/kitchens/blr-01/differences", """
            { "screen": "board", "position": 4711, "differences": ["the mode is online, not busy"] }
            """, 204);
        await calls.Call("getOperations", "/v1/operations/summary?kitchenId=blr-01");
        await calls.Call("changeProgress", $"/v1/orders/{order}/progress",
            """{ "lines": [0], "to": "started", "station": "tandoor" }""");
        await calls.Call("changePromise", $"/v1/orders/{order}/promise", """{ "prepMinutes": 25, "reason": "busy" }""");
        var noon = YesterdayNoon().AddDays(2);
        var later = JsonNode.Parse(body.Replace("\"c-1\"", "\"c-2\"").Replace("\"quantity\": 2", "\"quantity\": 1"))!;
        later["fulfilment"]!["at"] = $"{noon:yyyy-MM-ddTHH:mm:ssZ}";
        var scheduled = await server.Post("/v1/orders", later);
        await calls.Call("changeSchedule", $"/v1/orders/{scheduled["id"]}/schedule",
            $$"""{ "for": "{{noon.AddMinutes(30):yyyy-MM-ddTHH:mm:ssZ}}" }""");
        await calls.Call("changeSchedule", $"/v1/orders/{scheduled["id"]}/schedule", """{ "release": "now" }""");
    }

    async Task Follow()
    {
        await calls.Call("listOrderEvents", $"/v1/orders/{order}/events");
        await calls.Stream("listOrderEvents", $"/v1/orders/{order}/events");
        await calls.Call("trackOrder", track, caller: server.Stranger());
        await calls.Stream("trackOrderEvents", $"{track}/events", server.Stranger());
        await calls.Call("listEvents", "/v1/events?types=order.*&kitchenId=blr-01&limit=1");
        await calls.Stream("listEvents", "/v1/events?types=order.*&lastEventId=0");
        await Until($"/v1/orders/{order}/notifications", list => list["data"]!.AsArray() is [{ } one]
            && one["endedAt"] is not null, "a message");
        await calls.Call("listOrderNotifications", $"/v1/orders/{order}/notifications");
    }

    async Task Deliver()
    {
        var made = await calls.Call("createWebhook", "/v1/webhooks",
            $$"""{ "url": "{{receiver.Url}}", "types": ["order.*"], "description": "The till" }""", 201, "till-1");
        var (webhook, id) = ($"/v1/webhooks/{made!["id"]}", (string)made["id"]!);
        await calls.Call("listWebhooks", "/v1/webhooks");
        await calls.Call("getWebhook", webhook);
        await calls.Call("updateWebhook", webhook, """{ "kitchens": ["blr-01"] }""");
        await server.Move(order, "ready");
        await server.Has(id, 1, "delivered");
        var deliveries = await calls.Call("listDeliveries", $"{webhook}/deliveries?limit=1");
        var delivery = $"{webhook}/deliveries/{deliveries!["data"]![0]!["id"]}";
        await calls.Call("getDelivery", delivery);
        await calls.Call("redeliver", $"{delivery}/redeliver", status: 202, key: "again-1");
        await calls.Call("replayEvents", $"{webhook}/replay", """{ "from": "2026-01-31T12:00:00Z" }""", 202,
            "replay-1");
        await calls.Call("rotateWebhookSecret", $"{webhook}/rotate-secret", """{ "overlapHours": 24 }""",
            key: "rotate-1");
        await calls.Call("testWebhook", $"{webhook}/test", key: "test-1");
        await calls.Call("deleteWebhook", webhook, status: 204);
    }

    async Task Bring()
    {
        var path = $"/v1/orders/{order}";
        using var courier = await server.ClientOf(Role.Courier, ["blr-01"], subject: "ravi");
        await calls.Call("assignCourier", $"{path}/courier", """
            { "courierId": "ravi", "name": "Ravi Menon", "phone": "+919800000001", "vehicle": "bicycle" }
            """);
        await calls.Call("unassignCourier", $"{path}/courier");
        await calls.Call("assignCourier", $"{path}/courier", """{ "courierId": "ravi" }""", caller: courier);
        await calls.Call("recordCourierArrival", $"{path}/courier/arrival", """{ "where": "kitchen" }""",
            caller: courier);
        await server.Move(order, "out_for_delivery");
        await calls.Call("reportCourierPosition", $"{path}/courier/position",
            """{ "latitude": 12.9716, "longitude": 77.6412, "at": "2026-01-31T13:20:00Z" }""", 204, caller: courier);
        await calls.Call("reportFailedDelivery", $"{path}/delivery-attempts", """{ "outcome": "not_reachable" }""",
            key: "attempt-1", caller: courier);
        await calls.Call("decideDelivery", $"{path}/delivery-attempts/1/decision", """{ "decision": "retry" }""");
    }

    async Task Administer()
    {
        var made = await calls.Call("createKey", "/v1/keys", """
            { "role": "kitchen", "label": "Screen at the pass", "kitchens": ["blr-01"] }
            """, 201);
        await calls.Call("listKeys", "/v1/keys?limit=1");
        using var screen = await server.ClientOf(Role.Kitchen, ["blr-01"], subject: "pass");
        await calls.Call("openSession", "/v1/session", status: 201, caller: screen);
        await calls.Call("getSession", "/v1/session", caller: screen);
        await calls.Call("closeSession", "/v1/session", status: 204, caller: screen);
        await calls.Call("getSignInMethods", "/v1/session/methods");
        // No issuer is configured here, so a browser cannot be redirected to one.
        await calls.Call("signIn", "/v1/session/sign-in?returnTo=/", status: 404);
        await Pair();
        await calls.Call("revokeKey", $"/v1/keys/{made!["id"]}", status: 204);
        await calls.Call("exportPersonalData", "/v1/customers/c-1/personal-data");
        await calls.Call("erasePersonalData", "/v1/customers/c-1/personal-data", status: 204);
        await Until("/v1/audit?limit=1", page => (string?)page["data"]!.AsArray().FirstOrDefault()?["operation"]
            == "DELETE /v1/customers/{id}/personal-data", "the entry of the audit log");
        await calls.Call("listAudit", "/v1/audit?limit=1");
    }

    async Task Pair()
    {
        using var tablet = server.Stranger();
        var pairing = await calls.Call("beginPairing", "/v1/devices/pairings", caller: tablet);
        var claim = $$"""{ "deviceSecret": "{{pairing!["deviceSecret"]}}" }""";
        await calls.Call("claimPairing", "/v1/devices/pairings/claim", claim, 202, caller: tablet);
        await calls.Call("confirmPairing", $"/v1/devices/pairings/{pairing["userCode"]}",
            """{ "kitchenId": "blr-01", "name": "Tandoor, left" }""", 204);
        var device = await calls.Call("claimPairing", "/v1/devices/pairings/claim", claim, caller: tablet);
        await calls.Call("listDevices", "/v1/devices");
        await calls.Call("revokeDevice", $"/v1/devices/{device!["id"]}", status: 204);
    }

    /// <summary>
    /// By the kitchen's clock. A range from there until now covers two days; one of 24 hours would cover a single day
    /// shortly before midnight.
    /// </summary>
    static DateTime YesterdayNoon()
    {
        var kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
        var today = TimeZoneInfo.ConvertTimeFromUtc(DateTime.UtcNow, kolkata).Date;
        return TimeZoneInfo.ConvertTimeToUtc(today.AddHours(-12), kolkata);
    }

    async Task Watch()
    {
        await Until("/health/ready", report => report["subscribers"]!.AsArray().All(one =>
            (bool)one!["hasLeader"]! && (long)one["lagEvents"]! == 0), "subscribers without lag");
        await calls.Call("getSummary", "/v1/analytics/summary?kitchenId=blr-01");
        await calls.Call("getTimeseries",
            "/v1/analytics/timeseries?metric=placed&bucket=day&kitchenId=blr-01"
            + $"&from={YesterdayNoon():yyyy-MM-ddTHH:mm:ssZ}");
        await calls.Call("listSoldItems", "/v1/analytics/items?top=1");
        await calls.Call("getLiveness", "/health/live");
        await calls.Call("getReadiness", "/health/ready");
        var readers = (await server.Get("/health/ready"))["subscribers"]!.AsArray().Count;
        await Until("/v1/status", report => report["objectives"]!.AsArray()
            .Count(one => one!["lagSeconds"] is not null) == readers, "a sample of every subscriber");
        await calls.Call("getStatus", "/v1/status");
    }

    Task Until(string path, Func<JsonNode, bool> condition, string what) =>
        Eventually.Holds(async () => condition(await server.Get(path)), what);
}
