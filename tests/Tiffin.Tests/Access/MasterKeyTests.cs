using Microsoft.Extensions.Configuration;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Access;

public sealed class MasterKeyTests
{
    static readonly CancellationToken cancel = CancellationToken.None;

    [Fact]
    public async Task Nodes_that_start_at_once_on_one_database_share_the_key_that_one_of_them_made()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());

        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Derive("a", database)));

        foreach (var key in keys) key.ShouldBe(keys[0]);
    }

    [Fact]
    public async Task Installations_and_purposes_have_different_keys()
    {
        await using var here = new Database(await PostgresFixture.CreateDatabase());
        await using var there = new Database(await PostgresFixture.CreateDatabase());

        var key = await Derive("a", here);

        (await Derive("b", here)).ShouldNotBe(key);
        (await Derive("a", there)).ShouldNotBe(key);
    }

    [Fact]
    public async Task A_configured_key_is_used_and_leaves_nothing_in_the_database()
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());

        var key = await Derive("a", database, Convert.ToBase64String(new byte[32]));

        await using var connection = await database.OpenRequest(cancel);
        await using var count = Sql.Command(connection, "SELECT count(*) FROM secrets");
        (await count.ExecuteScalarAsync()).ShouldBe(0L);
        (await Derive("a", database)).ShouldNotBe(key);
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public async Task A_key_of_another_length_is_refused_with_the_remedy(string configured)
    {
        await using var database = new Database(await PostgresFixture.CreateDatabase());

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            () => Key(database, configured).StartAsync(cancel));

        refused.Message.ShouldContain("openssl rand -base64 32");
    }

    [Fact]
    public async Task No_key_is_derived_before_the_start()
    {
        await using var database = new Database("Host=nowhere.invalid");

        Should.Throw<InvalidOperationException>(() => Key(database).Derive("a")).Message.ShouldContain("'a'");
    }

    static async Task<byte[]> Derive(string purpose, Database database, string? configured = null)
    {
        var key = Key(database, configured);
        await key.StartAsync(cancel);
        return key.Derive(purpose);
    }

    static MasterKey Key(Database database, string? configured = null) => new(database,
        new ConfigurationBuilder().AddInMemoryCollection([new(MasterKey.Setting, configured)]).Build());
}
