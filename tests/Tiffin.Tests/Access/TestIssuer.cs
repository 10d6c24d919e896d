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

/// <summary>An OpenID Connect issuer as far as a resource server sees one: a discovery document and its keys.</summary>
sealed class TestIssuer : IAsyncDisposable
{
    const string KeyId = "key-1";

    readonly WebApplication app;
    readonly RSA rsa = RSA.Create(2048);

    TestIssuer(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    public static async Task<TestIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Text(
            $$"""{ "issuer": "{{issuer.Address}}", "jwks_uri": "{{issuer.Address}}/keys" }""", "application/json"));
        app.MapGet("/keys", () => Results.Text($$"""{ "keys": [{{issuer.PublicJwk()}}] }""", "application/json"));
        await app.StartAsync();
        return issuer;
    }

    public SigningCredentials Signing => new(new RsaSecurityKey(rsa) { KeyId = KeyId }, "RS256");

    public string PublicPem => rsa.ExportSubjectPublicKeyInfoPem();

    public string PublicJwk()
    {
        var key = rsa.ExportParameters(false);
        return $$"""
            { "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "{{KeyId}}",
              "n": "{{Base64UrlEncoder.Encode(key.Modulus)}}", "e": "{{Base64UrlEncoder.Encode(key.Exponent)}}" }
            """;
    }

    /// <summary>A good token for a customer, but for what <paramref name="change"/> does to it.</summary>
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

    /// <summary>A token with a header of one's own, signed by <paramref name="sign"/>.</summary>
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
