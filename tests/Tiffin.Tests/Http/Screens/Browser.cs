using System.Net;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Screens;

/// <summary>Opens pages with a session's cookie and shows redirects instead of following them.</summary>
sealed class Browser : IDisposable
{
    readonly HttpClient client;

    public Browser(TestServer server, string? cookie = null)
    {
        var handler = new HttpClientHandler
        {
            UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None,
        };
        client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        if (cookie is not null) client.DefaultRequestHeaders.Add("Cookie", $"{Sessions.Cookie}={cookie}");
    }

    public static async Task<Browser> SignIn(TestServer server, Role role, string[] kitchens)
    {
        using var signing = await server.ClientOf(role, kitchens);
        using var answer = await signing.PostAsync("/v1/session", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return new Browser(server, answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1]);
    }

    public async Task<HttpResponseMessage> Get(string path, string? acceptEncoding = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (acceptEncoding is not null) request.Headers.Add("Accept-Encoding", acceptEncoding);
        if (ifNoneMatch is not null) request.Headers.Add("If-None-Match", ifNoneMatch);
        return await client.SendAsync(request);
    }

    public async Task<string> Text(string path)
    {
        using var answer = await Get(path);
        return await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => client.Dispose();
}
