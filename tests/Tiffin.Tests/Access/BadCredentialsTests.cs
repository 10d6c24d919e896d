using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tiffin.Domain;
using Tiffin.Edge;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class BadCredentialsTests(BadCredentialsTests.Both both) : IClassFixture<BadCredentialsTests.Both>
{
    readonly TestIssuer issuer = both.Issuer;
    readonly TestServer server = both.Server;

    /// <summary>An issuer, and a server that trusts it.</summary>
    public sealed class Both : IAsyncLifetime
    {
        internal TestIssuer Issuer { get; private set; } = null!;
        internal TestServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Issuer = await TestIssuer.Start();
            Server = await TestServer.Start(configure: app =>
            {
                app.Configuration["Access:Jwt:Authority"] = Issuer.Address;
                app.Configuration["Access:Jwt:RequireHttps"] = "false";
            });
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(null, null, "customer", "c-1")]
    [InlineData("role", "admin", "admin", "c-1")]
    [InlineData("sub", "c-9", "customer", "c-9")]
    public async Task A_valid_token_identifies_the_caller(string? claim, string? value, string role, string subject)
    {
        using var client = server.ClientWith(issuer.Token(token =>
        {
            if (claim is not null) token.Claims[claim] = value!;
        }));

        var me = JsonNode.Parse(await client.GetStringAsync("/v1/session"))!;

        ((string?)me["role"], (string?)me["subject"]).ShouldBe((role, subject));
    }

    /// <summary>A lower value than the one that is configured must not be used silently.</summary>
    [Theory]
    [InlineData("00:01:01")]
    [InlineData("-00:00:01")]
    public async Task A_server_that_would_tolerate_too_much_clock_skew_does_not_start(string skew) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => TestServer.Start(
            configure: app => app.Configuration["Access:Jwt:ClockSkew"] = skew))).Message
            .ShouldContain("Access:Jwt:ClockSkew must be from 00:00:00 to 00:01:00");

    public static TheoryData<string> Tokens => [.. Forgeries(null!).Keys];

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task An_invalid_token_is_refused(string how)
    {
        await ShouldBeRefused(Forgeries(issuer)[how]());
    }

    static Dictionary<string, Func<string>> Forgeries(TestIssuer issuer) => new()
    {
        ["alg none"] = () => issuer.Forged(new() { ["alg"] = "none", ["typ"] = "JWT" }, _ => []),
        ["alg None"] = () => issuer.Forged(new() { ["alg"] = "None", ["typ"] = "JWT" }, _ => []),
        ["HS256 with the public key in PEM"] = () => Hmac(issuer, Encoding.ASCII.GetBytes(issuer.PublicPem)),
        ["HS256 with the public key in JSON"] = () => Hmac(issuer, Encoding.UTF8.GetBytes(issuer.PublicJwk())),
        ["another issuer"] = () => issuer.Token(token => token.Issuer = "https://elsewhere.example"),
        ["another audience"] = () => issuer.Token(token => token.Audience = "another-audience"),
        ["no audience"] = () => issuer.Token(token => token.Audience = null),
        ["expired"] = () => issuer.Token(token =>
        {
            token.NotBefore = DateTime.UtcNow.AddHours(-2);
            token.Expires = DateTime.UtcNow.AddMinutes(-2);
        }),
        ["not yet valid"] = () => issuer.Token(token => token.NotBefore = DateTime.UtcNow.AddMinutes(5)),
        ["no exp"] = () => issuer.Token(token => token.Expires = null),
        ["no sub"] = () => issuer.Token(token => token.Claims.Remove("sub")),
        ["an internal role"] = () => issuer.Token(token => token.Claims["role"] = "system"),
        ["a role that does not exist"] = () => issuer.Token(token => token.Claims["role"] = "0"),
        ["a role beyond all numbers"] = () => issuer.Token(token => token.Claims["role"] = "99"),
        ["kid with a path"] = () => Signed(issuer, header => header["kid"] = "../../../../dev/null"),
        ["kid with SQL"] = () => Signed(issuer, header => header["kid"] = "' UNION SELECT 'secret' --"),
        ["embedded jwk"] = () => Signed(issuer, header => header["jwk"] = JsonNode.Parse(issuer.PublicJwk())),
        ["jku"] = () => Signed(issuer, header => header["jku"] = $"{issuer.Address}/keys"),
        ["a signature that is changed"] = () => Changed(issuer.Token()),
        ["no signature"] = () => issuer.Token()[..(issuer.Token().LastIndexOf('.') + 1)],
        ["two parts"] = () => "e30.e30",
        ["nothing"] = () => "",
    };

    static string Hmac(TestIssuer issuer, byte[] key) => issuer.Forged(
        new() { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = "key-1" }, content => HMACSHA256.HashData(key, content));

    /// <summary>Signed with a foreign key; the header says where to find the matching public key.</summary>
    static string Signed(TestIssuer issuer, Action<JsonObject> change)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = "key-1" };
        change(header);
        using var stranger = RSA.Create(2048);
        return issuer.Forged(header, content =>
            stranger.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    static string Changed(string token) => token[..^8] + (token[^8] == 'A' ? 'B' : 'A') + token[^7..];

    [Fact]
    public async Task A_new_key_of_the_issuer_is_fetched_and_the_old_one_is_no_longer_accepted()
    {
        await using var changing = await TestIssuer.Start();
        await using var trusting = await TestServer.Start(configure: app =>
        {
            app.Configuration["Access:Jwt:Authority"] = changing.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
        });
        using var before = trusting.ClientWith(changing.Token());
        (await before.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.OK);

        changing.ChangeKey();
        using var after = trusting.ClientWith(changing.Token());
        await Eventually.Holds(
            async () => (await after.GetAsync("/v1/session")).StatusCode == HttpStatusCode.OK, "the new key");

        await ShouldBeRefused(before);
    }

    [Fact]
    public async Task A_token_lasts_as_long_in_a_sandbox_whose_clock_is_ahead()
    {
        await using var sandbox = await TestServer.Start(configure: app =>
        {
            app.Configuration["Access:Jwt:Authority"] = issuer.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
            app.Configuration["Sandbox:Enabled"] = "true";
        });
        await Sandbox.Advance(sandbox, TimeSpan.FromDays(2).TotalMinutes);
        using var client = sandbox.ClientWith(issuer.Token(token => token.Claims["role"] = "admin"));

        using var stream = await client.OpenStream("/v1/events");

        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_the_configured_algorithms_are_accepted()
    {
        await using var strict = await TestServer.Start(configure: app =>
        {
            app.Configuration["Access:Jwt:Authority"] = issuer.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
            app.Configuration["Access:Jwt:Algorithms:0"] = "ES256";
        });
        using var client = strict.ClientWith(issuer.Token());

        await ShouldBeRefused(client);
    }

    [Fact]
    public async Task A_token_that_cannot_be_checked_is_not_called_invalid()
    {
        await using var lonely = await TestServer.Start(configure: app =>
        {
            app.Configuration["Access:Jwt:Authority"] = "http://127.0.0.1:9";
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
            app.Configuration["Limits:AuthFailuresBurst"] = "1";
            app.Configuration["Limits:AuthFailuresPerSecond"] = "0.001";
        });
        using var client = lonely.ClientWith(issuer.Token());
        using var stranger = lonely.Stranger();

        for (var i = 0; i < 3; i++)
        {
            var answer = await client.GetAsync("/v1/session");
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
            (await answer.Content.ReadAsStringAsync()).ShouldContain("issuer_away");
        }

        (await stranger.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_that_is_not_good_is_refused()
    {
        var ring = server.Services.GetRequiredService<KeyRing>();
        var caller = new Caller(Role.Admin, "x");
        var good = server.AdminKey;
        var (revoked, row) = await ring.Create(caller, "x", null, "test", default);
        await ring.Revoke(row.Id, default);
        var (expired, _) = await ring.Create(caller, "x", DateTimeOffset.UtcNow.AddSeconds(-1), "test", default);

        foreach (var key in new[]
        {
            good[..^1], good + "0", "tk_000000000000" + good[15..], good[..^1] + (good[^1] == '0' ? '1' : '0'),
            good.ToUpperInvariant(), "tk_", good.Replace("tk_", "TK_"), good[..15] + "-" + good[16..], revoked, expired,
        }) await ShouldBeRefused(key);
    }

    [Fact]
    public async Task A_key_with_multibyte_characters_is_refused()
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", $"Bearer {server.AdminKey[..16]}{new string('é', 64)}");

        await ShouldBeRefused(client);
    }

    [Fact]
    public async Task Two_headers_are_refused_though_both_are_good()
    {
        using var client = server.Stranger();
        foreach (var scheme in new[] { "Bearer", "bearer" })
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {server.AdminKey}");

        await ShouldBeRefused(client);
    }

    [Fact]
    public async Task Another_scheme_is_refused()
    {
        using var client = server.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Basic", server.AdminKey);

        await ShouldBeRefused(client);
    }

    [Fact]
    public async Task Rejected_requests_are_counted_by_a_fixed_set_of_reasons()
    {
        await using var counted = await TestServer.Start(configure: app =>
        {
            app.Configuration["Access:Jwt:Authority"] = issuer.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
            app.Configuration["Limits:Courier:Burst"] = "2";
            app.Configuration["Limits:Courier:RequestsPerSecond"] = "0.001";
            app.Configuration["Limits:Anonymous:Burst"] = "1";
            app.Configuration["Limits:Anonymous:RequestsPerSecond"] = "0.001";
        });
        using var measured = new Measurements(counted);
        using var kitchen = await counted.ClientOf(Role.Kitchen, ["k1"]);
        async Task Ask(string? authorization, string? cookie = null)
        {
            using var client = counted.Stranger();
            if (authorization is not null)
                client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
            if (cookie is not null) client.DefaultRequestHeaders.Add("Cookie", $"{Sessions.Cookie}={cookie}");
            (await client.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        await Ask(null);
        await Ask("Basic eA==");
        await Ask("Bearer tk_made-up");
        await Ask("Bearer e30.e30.e30");
        await Ask(null, cookie: "made-up");
        (await kitchen.GetAsync("/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await kitchen.GetAsync("/v1/kitchens/k2/stock")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        kitchen.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        (await kitchen.GetAsync("/v1/orders")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var courier = await counted.ClientOf(Role.Courier, ["k1"], subject: "one");
        for (var i = 0; i < 3; i++) await courier.GetAsync("/v1/session");
        using var visitor = counted.Stranger();
        for (var i = 0; i < 2; i++) await visitor.GetAsync("/v1/track/none");

        measured.Of("tiffin.access.rejected").Select(one => one.Tag)
            .ShouldBe([
                "no_credentials", "malformed", "key", "token", "session", "forbidden", "not_found", "foreign_origin",
                "too_many_requests", "too_many_requests",
            ]);
    }

    async Task ShouldBeRefused(string token)
    {
        using var client = server.Stranger();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        await ShouldBeRefused(client);
    }

    /// <summary>The response is always the same: it does not reveal what was wrong.</summary>
    static async Task ShouldBeRefused(HttpClient client)
    {
        using var answer = await client.GetAsync("/v1/session");
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("traceId");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, body.ToJsonString());
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"tiffin\"");
        body.Select(member => member.Key).ShouldBe(["type", "title", "status", "detail", "code"]);
        ((string?)body["detail"]).ShouldBe(Problems.Unauthenticated.Detail);
    }
}
