using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tiffin.Tests.Access;

/// <summary>
/// An OpenID Connect issuer: a discovery document, its keys, and the authorization code flow, in which every user is
/// already signed in as <see cref="Person"/>, or enters a name if there are <see cref="People"/>.
/// </summary>
sealed class TestIssuer : IAsyncDisposable
{
    public const string ClientId = "tiffin-screens";
    const string Name = "name";

    readonly WebApplication app;
    readonly string host;
    RSA rsa = RSA.Create(2048);
    string keyId = "key-1";
    readonly ConcurrentDictionary<string, IQueryCollection> codes = [];

    TestIssuer(WebApplication app, string host) => (this.app, this.host) = (app, host);

    public string Address => app.Urls.First().Replace("127.0.0.1", host, StringComparison.Ordinal);

    /// <param name="host">Another name of this machine is another site to a browser.</param>
    public static async Task<TestIssuer> Start(string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new TestIssuer(app, host);
        app.MapGet("/.well-known/openid-configuration", () => Results.Text(
            $$"""
            { "issuer": "{{issuer.Address}}", "jwks_uri": "{{issuer.Address}}/keys",
              "authorization_endpoint": "{{issuer.Address}}/authorize", "token_endpoint": "{{issuer.Address}}/token" }
            """, "application/json"));
        app.MapGet("/authorize", (HttpRequest request) => issuer.Authorize(request.Query));
        app.MapPost("/token", async (HttpRequest request) => issuer.Redeem(await request.ReadFormAsync()));
        app.MapGet("/keys", () => Results.Text($$"""{ "keys": [{{issuer.PublicJwk()}}] }""", "application/json"));
        await app.StartAsync();
        return issuer;
    }

    /// <summary>The claims of the user who signs in; a test changes them here to make them invalid.</summary>
    public Action<SecurityTokenDescriptor> Person { get; set; } = _ => { };

    /// <summary>The claims of the users of its sign-in page, by the name that they enter there.</summary>
    public Dictionary<string, Action<SecurityTokenDescriptor>> People { get; } = [];

    /// <summary>How often a code was redeemed, valid or not.</summary>
    public int Redeemed { get; set; }

    IResult Authorize(IQueryCollection asked)
    {
        if (asked["response_type"] != "code" || asked["client_id"] != ClientId || asked["scope"] != "openid"
            || asked["code_challenge_method"] != "S256" || asked["nonce"].Count != 1) return Results.BadRequest();
        if (People.Count > 0 && !People.ContainsKey($"{asked[Name]}")) return Page(asked);
        var code = Guid.NewGuid().ToString("N");
        codes[code] = asked;
        return Results.Redirect($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"]!)}");
    }

    static IResult Page(IQueryCollection asked)
    {
        var hidden = asked.Where(one => one.Key != Name).Select(one =>
            $"""<input type="hidden" name="{one.Key}" value="{WebUtility.HtmlEncode(one.Value)}">""");
        var back = $"{asked["redirect_uri"]}?error=access_denied&state={Uri.EscapeDataString(asked["state"]!)}";
        return Results.Content($"""
            <!doctype html>
            <title>Your company</title>
            <link rel="icon" href="data:,">
            <form>
            {string.Concat(hidden)}
            <label>Name <input name="{Name}"></label>
            <button>Continue</button>
            <a href="{WebUtility.HtmlEncode(back)}">Cancel</a>
            </form>
            """, "text/html; charset=utf-8");
    }

    /// <summary>Once, and only for a client that knows the verifier of the challenge.</summary>
    IResult Redeem(IFormCollection given)
    {
        Redeemed++;
        if (!codes.TryRemove($"{given["code"]}", out var asked) || given["grant_type"] != "authorization_code"
            || given["client_id"] != ClientId || given["redirect_uri"] != asked["redirect_uri"]
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($"{given["code_verifier"]}")))
                != asked["code_challenge"])
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var token = Token(token =>
        {
            token.Audience = ClientId;
            token.Claims["nonce"] = $"{asked["nonce"]}";
            (People.GetValueOrDefault($"{asked[Name]}") ?? Person)(token);
        });
        return Results.Json(new { id_token = token, access_token = "opaque", token_type = "Bearer" });
    }

    public SigningCredentials Signing => new(new RsaSecurityKey(rsa) { KeyId = keyId }, "RS256");

    /// <summary>From now on another key signs, and the previous one is no longer published.</summary>
    public void ChangeKey()
    {
        rsa.Dispose();
        (rsa, keyId) = (RSA.Create(2048), "key-2");
    }

    public string PublicPem => rsa.ExportSubjectPublicKeyInfoPem();

    public string PublicJwk()
    {
        var key = rsa.ExportParameters(false);
        return $$"""
            { "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "{{keyId}}",
              "n": "{{Base64UrlEncoder.Encode(key.Modulus)}}", "e": "{{Base64UrlEncoder.Encode(key.Exponent)}}" }
            """;
    }

    /// <summary>A valid token for a customer, modified by <paramref name="change"/>.</summary>
    public string Token(Action<SecurityTokenDescriptor>? change = null)
    {
        var now = DateTime.UtcNow;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = "tiffin",
            NotBefore = now.AddMinutes(-1),
            IssuedAt = now.AddMinutes(-1),
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "c-1" },
            SigningCredentials = Signing,
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>A token with a custom header, signed by <paramref name="sign"/>.</summary>
    public string Forged(JsonObject header, Func<byte[], byte[]> sign)
    {
        var claims = JsonSerializer.Serialize(new
        {
            iss = Address, aud = "tiffin", sub = "c-1",
            exp = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
        });
        var content = $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims)}";
        return $"{content}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }
}
