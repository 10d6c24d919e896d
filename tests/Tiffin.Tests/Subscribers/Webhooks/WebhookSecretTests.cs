using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Features.Webhooks;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Subscribers.Webhooks;

public sealed class WebhookSecretTests
{
    const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static readonly DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    static readonly byte[] body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void The_specification_s_own_example_is_signed_as_it_says()
    {
        var secret = new WebhookSecret(Convert.FromBase64String(Secret), DateTimeOffset.MaxValue);

        WebhookSecret.Sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", then, body)
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void A_secret_signs_until_its_time_and_no_longer()
    {
        var (old, fresh) = (WebhookSecret.NewKey(), WebhookSecret.NewKey());
        WebhookSecret[] secrets = [new(fresh, DateTimeOffset.MaxValue), new(old, then)];

        var before = WebhookSecret.Sign(secrets, "id", then.AddSeconds(-1), body).Split(' ');
        var after = WebhookSecret.Sign(secrets, "id", then, body).Split(' ');

        before.Length.ShouldBe(2);
        before[0].ShouldBe(WebhookSecret.Sign(secrets[..1], "id", then.AddSeconds(-1), body), "the newest comes first");
        after.Length.ShouldBe(1);
    }

    [Fact]
    public void A_new_secret_has_the_length_that_the_specification_wants()
    {
        var text = WebhookSecret.Text(WebhookSecret.NewKey());

        text.ShouldStartWith("whsec_");
        Convert.FromBase64String(text["whsec_".Length..]).Length.ShouldBeInRange(24, 64);
    }

    [Fact]
    public async Task A_sealed_secret_opens_for_its_endpoint_and_its_installation_only()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());
        var (mine, other) = (await Seal(database, 1), await Seal(database, 2));
        var (webhook, secret) = (Guid.NewGuid(), WebhookSecret.NewKey());

        var closed = mine.Seal(secret, webhook);

        mine.Unseal(closed, webhook).ShouldBe(secret);
        closed.AsSpan().IndexOf(secret.AsSpan(0, 8)).ShouldBe(-1);
        mine.Seal(secret, webhook).ShouldNotBe(closed);
        Should.Throw<CryptographicException>(() => mine.Unseal(closed, Guid.NewGuid()));
        Should.Throw<CryptographicException>(() => other.Unseal(closed, webhook));
    }

    static async Task<SecretSeal> Seal(Database database, byte key)
    {
        var masterKey = new MasterKey(database, new ConfigurationBuilder().AddInMemoryCollection(
            [new(MasterKey.Setting, Convert.ToBase64String([.. Enumerable.Repeat(key, 32)]))]).Build());
        await masterKey.StartAsync(CancellationToken.None);
        return new SecretSeal(masterKey);
    }
}
