using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

/// <summary>
/// The duration of a refusal does not reveal its reason. The kinds alternate and their medians are compared, so that a
/// busy machine slows all of them equally.
/// </summary>
public sealed class RefusalTimeTests
{
    const double RatioMax = 5;
    const int Rounds = 7;

    [Fact]
    public async Task Keys_are_refused_in_about_the_same_time()
    {
        await using var server = await TestServer.Start(configure: Patient);
        var ring = server.Services.GetRequiredService<KeyRing>();
        var caller = new Caller(Role.Admin, "x");
        var (revoked, row) = await ring.Create(caller, "x", null, "test", default);
        await ring.Revoke(row.Id, default);
        var (expired, _) = await ring.Create(caller, "x", DateTimeOffset.UtcNow.AddSeconds(-1), "test", default);
        var good = server.AdminKey;

        await ShouldTakeAsLong(server, new()
        {
            ["unknown"] = ApiKey.New(),
            ["another secret"] = good[..16] + ApiKey.New()[16..],
            ["truncated"] = good[..^1],
            ["expired"] = expired,
            ["revoked"] = revoked,
        });
    }

    [Fact]
    public async Task Tokens_are_refused_in_about_the_same_time()
    {
        await using var issuer = await TestIssuer.Start();
        await using var server = await TestServer.Start(configure: app =>
        {
            Patient(app);
            app.Configuration["Access:Jwt:Authority"] = issuer.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
        });
        var good = issuer.Token();

        await ShouldTakeAsLong(server, new()
        {
            ["alg none"] = issuer.Forged(new() { ["alg"] = "none", ["typ"] = "JWT" }, _ => []),
            ["another signature"] = good[..^8] + (good[^8] == 'A' ? 'B' : 'A') + good[^7..],
            ["truncated"] = good[..^8],
            ["another audience"] = issuer.Token(token => token.Audience = "another-audience"),
            ["expired"] = issuer.Token(token =>
            {
                token.NotBefore = DateTime.UtcNow.AddHours(-2);
                token.Expires = DateTime.UtcNow.AddHours(-1);
            }),
        });
    }

    [Fact]
    public async Task A_token_is_refused_in_about_the_time_of_a_key()
    {
        await using var issuer = await TestIssuer.Start();
        await using var server = await TestServer.Start(configure: app =>
        {
            Patient(app);
            app.Configuration["Access:Jwt:Authority"] = issuer.Address;
            app.Configuration["Access:Jwt:RequireHttps"] = "false";
        });

        await ShouldTakeAsLong(server, new()
        {
            ["key"] = ApiKey.New(),
            ["token"] = issuer.Token(token => token.Audience = "another-audience"),
            ["no token"] = "e30.e30.e30",
        });
    }

    static void Patient(Microsoft.AspNetCore.Builder.WebApplicationBuilder app) =>
        app.Configuration["Limits:AuthFailuresBurst"] = "100000";

    /// <summary>
    /// One passing comparison is enough. A refusal waits until a quarter of a second has passed since the last read of
    /// the keys: if the machine takes that long between two attempts, one kind may wait by chance and another may not.
    /// </summary>
    static async Task ShouldTakeAsLong(TestServer server, Dictionary<string, string> credentials) =>
        await Eventually.Holds(
            () => Medians(server, credentials), medians => medians.Values.Max() / medians.Values.Min() < RatioMax);

    /// <summary>In milliseconds.</summary>
    static async Task<Dictionary<string, double>> Medians(TestServer server, Dictionary<string, string> credentials)
    {
        var times = credentials.Keys.ToDictionary(kind => kind, _ => new List<double>());
        // The first round warms up.
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (kind, credential) in credentials)
            {
                using var client = server.ClientWith(credential);
                // The connection is open before the measurement starts.
                (await client.GetAsync("/health/live")).EnsureSuccessStatusCode();
                var started = Stopwatch.GetTimestamp();
                (await client.GetAsync("/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, kind);
                if (round > 0) times[kind].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }
        return times.ToDictionary(kind => kind.Key, kind => kind.Value.Order().ElementAt(Rounds / 2));
    }
}
