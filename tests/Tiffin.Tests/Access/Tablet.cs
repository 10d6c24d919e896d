using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>A server with the small chain, which tablets can be paired with.</summary>
public sealed class TabletServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await Tablet.Server();
        await SmallChain.Open(Server);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>The browser of a paired device: it keeps the server's cookies, and no key.</summary>
sealed class Tablet : IDisposable
{
    readonly CookieContainer jar;

    Tablet(TestServer server, CookieContainer jar, JsonNode pairing)
    {
        (this.jar, Pairing) = (jar, pairing);
        Client = server.Stranger(new HttpClientHandler { CookieContainer = jar });
    }

    public HttpClient Client { get; }
    public JsonNode Pairing { get; }
    public string Code => (string)Pairing["userCode"]!;

    /// <summary>The server's response when the pairing was claimed.</summary>
    public JsonNode Session { get; private set; } = JsonValue.Create(0);
    public string Id => (string)Session["id"]!;

    /// <summary>Asks for a code.</summary>
    public static async Task<Tablet> Begin(TestServer server)
    {
        using var stranger = server.Stranger();
        using var answer = await stranger.PostAsync("/v1/devices/pairings", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new Tablet(server, new CookieContainer(), JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>Paired by an administrator.</summary>
    public static async Task<Tablet> Paired(TestServer server, string kitchen = "k1", string name = "Tandoor")
    {
        var tablet = await Begin(server);
        (await Confirm(server.Client, tablet.Code, kitchen, name)).ShouldBe((HttpStatusCode.NoContent, null));
        (await tablet.Claim()).ShouldBe(HttpStatusCode.OK);
        return tablet;
    }

    /// <summary>The same tablet, whose requests go to another node.</summary>
    public Tablet At(TestServer server) => new(server, jar, Pairing);

    public static async Task<(HttpStatusCode Status, string? Code)> Confirm(
        HttpClient caller, string code, string kitchen = "k1", string name = "Tandoor")
    {
        using var answer = await caller.PutAsJsonAsync(
            $"/v1/devices/pairings/{code}", new { kitchenId = kitchen, name });
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : (string?)JsonNode.Parse(text)!["code"]);
    }

    public async Task<HttpStatusCode> Claim()
    {
        using var answer = await Client.PostAsJsonAsync(
            "/v1/devices/pairings/claim", new { deviceSecret = (string)Pairing["deviceSecret"]! });
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            Session = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Client.DefaultRequestHeaders.Add(Sessions.AntiforgeryHeader, (string)Session["antiforgeryToken"]!);
        }
        return answer.StatusCode;
    }

    public async Task<HttpStatusCode> Asks(CancellationToken cancel = default)
    {
        using var answer = await Client.GetAsync("/v1/orders", cancel);
        return answer.StatusCode;
    }

    /// <summary>A server whose cookies a client without TLS keeps.</summary>
    public static Task<TestServer> Server(
        string? connectionString = null, Action<WebApplicationBuilder>? configure = null) =>
        TestServer.Start(connectionString, app =>
        {
            app.Environment.EnvironmentName = Environments.Development;
            app.Services.AddSingleton<IHostEnvironment>(app.Environment);
            configure?.Invoke(app);
        });

    public void Dispose() => Client.Dispose();
}
