using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Tests.Subscribers.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>
/// Calls every operation, correctly and incorrectly, on a server that logs at every level. Its logs, metrics, traces
/// and API document must contain no secret and no personal data.
/// </summary>
public sealed class DisclosureTests : IAsyncLifetime
{
    const string Customer = "Zebulon Quux";
    const string Phone = "9876500042";
    const string Email = "zebulon.quux@example.org";
    const string Address = "77 Nowhere Crescent";
    const string Locality = "Erewhon Gardens";
    const string Instructions = "Beware of the ocelot";
    const string Note = "no jackfruit for Zebulon";
    const string MadeUp = "tk_0123456789ab_secretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecr";

    /// <summary>A name that PostgreSQL rejects; its error message contains the row.</summary>
    const string Unlucky = "Yorick Unlucky";

    readonly LogSpy spy = LogSpy.Listening();
    readonly HashSet<string> secrets =
        [
            Customer, Phone, Email, Address, Locality, Instructions, Note, Unlucky, MadeUp, "gateway-secret",
            "mail-secret",
        ];

    OtlpCollector collector = null!;
    Receiver receiver = null!;
    TestServer server = null!;
    string token = "";

    public async Task InitializeAsync()
    {
        collector = await OtlpCollector.Start();
        receiver = await Receiver.Start();
        server = await TestServer.Start(configure: builder =>
        {
            WebhookServer.Quick(builder);
            builder.Logging.AddProvider(spy);
            builder.Configuration["Logging:LogLevel:Default"] = "Trace";
            // This test's own console stays readable.
            builder.Configuration["Logging:Console:LogLevel:Default"] = "None";
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;
            builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            builder.Configuration["Notifications:PollInterval"] = "00:00:00.05";
            builder.Configuration["Notifications:Gateway:Url"] = receiver.Url;
            builder.Configuration["Notifications:Gateway:Headers:Authorization"] = "Bearer gateway-secret";
            builder.Configuration["Notifications:Smtp:Host"] = "127.0.0.1";
            builder.Configuration["Notifications:Smtp:Port"] = "9";
            builder.Configuration["Notifications:Smtp:Password"] = "mail-secret";
            builder.Configuration["Tracking:PublicUrl"] = "https://orders.example";
        });
        await SmallChain.Open(server);
        secrets.Add(Secret(server.AdminKey));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await receiver.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task Logs_metrics_traces_and_the_API_document_contain_no_secrets_and_no_personal_data()
    {
        var (webhook, secret) = await server.Webhook(receiver.Url, "order.*");
        secrets.Add(secret["whsec_".Length..]);
        var order = await Place();
        await server.Has(webhook, 2, "delivered");
        await Fail();
        await Everything(order, webhook);
        await Badly();
        await Page();
        var told = await server.Client.GetStringAsync("/metrics")
            + await server.Client.GetStringAsync("/openapi/v1.json");
        // Its last spans, metrics and logs are sent when it is disposed of.
        await server.DisposeAsync();

        var log = spy.Text;
        log.Split('\n').Length.ShouldBeGreaterThan(20);
        log.ShouldContain("cannot be committed");
        collector.Text.ShouldContain("/v1/track/{token}");
        collector.Text.ShouldContain("/t/{token}");
        Found(log).ShouldBeEmpty();
        Found(collector.Text).ShouldBeEmpty();
        Found(told).ShouldBeEmpty();
        Found($"… +91{Phone} …").ShouldBe([$"{Phone} in … +91{Phone} …"]);
    }

    IEnumerable<string> Found(string text) =>
        from secret in secrets
        let at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select $"{secret} in {text[Math.Max(0, at - 200)..Math.Min(text.Length, at + secret.Length + 200)]}";

    /// <summary>An order with every optional member; returns its id.</summary>
    async Task<string> Place(string name = Customer, string key = "first")
    {
        var address = SmallChain.Home;
        (address["line1"], address["locality"], address["instructions"]) = (Address, Locality, Instructions);
        var placed = await server.Client.Place(new
        {
            kitchenId = "k1",
            brandId = "dosa",
            channel = "app",
            customer = new { id = "c-1", name, phone = $"+91{Phone}", email = Email, consent = true },
            fulfilment = new { type = "delivery", address },
            lines = new[] { new { itemId = "masala", quantity = 1, note = Note } },
        }, key);
        var body = JsonNode.Parse(await placed.Content.ReadAsStringAsync())!;
        if (!placed.IsSuccessStatusCode) return "";
        var tracking = (string)body["trackingUrl"]!;
        secrets.Add(token = tracking[(tracking.LastIndexOf('/') + 1)..]);
        return (string)body["id"]!;
    }

    async Task Fail()
    {
        await Session.Run(
            server.ConnectionString, "ALTER TABLE contacts ADD CHECK (name NOT LIKE 'Yorick%') NOT VALID");
        (await Place(Unlucky, key: "unlucky")).ShouldBeEmpty();
    }

    /// <summary>Each operation with its own example, called by a role that may and by one that may not.</summary>
    async Task Everything(string order, string webhook)
    {
        using var kitchen = server.ClientWith(await Key(Role.Kitchen));
        foreach (var operation in (await ApiOperation.All(server)).OrderBy(o => o.Method == "DELETE"))
        {
            foreach (var caller in new[] { server.Client, kitchen })
            {
                var path = operation.Path.Replace("{kitchenId}", "k1").Replace("{brandId}", "dosa")
                    .Replace("{itemId}", "masala").Replace("{sku}", "rice").Replace("{webhookId}", webhook)
                    .Replace("{token}", token).Replace("{eventId}", order)
                    .Replace("{id}", operation.Path.Contains("customers") ? "c-1" : order);
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
                request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                if (operation.RequestExample is { } body)
                    request.Content = new StringContent(body.ToJsonString(), null, "application/json");
                using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                if (operation.Id is "createKey" && answer.IsSuccessStatusCode)
                    secrets.Add(Secret((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["key"]!));
            }
        }
    }

    /// <summary>Mistakes of callers: truncated bodies, and secrets and numbers in the wrong places.</summary>
    async Task Badly()
    {
        string[] bodies =
        [
            $$"""{ "customer": { "name": "{{Customer}}", "phone": {{Phone}} } }""",
            $$"""{ "customer": { "name": "{{Customer}}", "{{Email}}": "{{Address}}" """,
            $"\"{Customer} {Phone} {Email}\"",
        ];
        foreach (var body in bodies)
            await server.Client.PostAsync("/v1/orders", new StringContent(body, null, "application/json"));
        string[] paths =
        [
            $"/v1/orders?phone=%2B91{Phone}", $"/v1/orders?placedFrom={Email}", $"/v1/orders?access_token={MadeUp}",
            $"/v1/customers/{Email}/personal-data", $"/nowhere/{MadeUp}", $"/v1/track/{MadeUp}",
            $"/t/{MadeUp}", $"/t/{token}",
        ];
        foreach (var path in paths) await server.Client.GetAsync(path);
        using var stranger = server.ClientWith(MadeUp);
        await stranger.GetAsync("/v1/orders");
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"e30.{MadeUp}.e30");
        await stranger.GetAsync("/v1/orders");
    }

    /// <summary>A browser's cookie and the token that goes with it.</summary>
    async Task Page()
    {
        using var answer = await server.Client.PostAsync("/v1/session", null);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
        var antiforgery = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["antiforgeryToken"]!;
        secrets.UnionWith([cookie, antiforgery]);
        using var page = server.Stranger();
        page.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", $"{Sessions.Cookie}={cookie}");
        await page.DeleteAsync("/v1/session");
        page.DefaultRequestHeaders.Add(Sessions.AntiforgeryHeader, antiforgery);
        await page.DeleteAsync("/v1/session");
    }

    async Task<string> Key(Role role)
    {
        var key = await server.KeyOf(role, ["k1"]);
        secrets.Add(Secret(key));
        return key;
    }

    static string Secret(string key) => key[(key.LastIndexOf('_') + 1)..];
}
