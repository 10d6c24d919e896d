using System.Text.Json.Nodes;
using Tiffin.Engine.Storage;
using Tiffin.Features.Upkeep;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Upkeep;

public sealed class RequestExpiryTests
{
    [Fact]
    public async Task All_keys_older_than_three_days_are_deleted_and_the_others_kept()
    {
        var connectionString = await PostgresFixture.CreateDatabase();
        await Insert(connectionString, old: 12_000, young: 10);
        // Not a server's instance, which also runs on its own schedule: two runs at once conflict.
        await using var database = new Database(TestServer.Patient(connectionString));

        await new RequestExpiry(database).Run(default);

        (await Session.Ask<long>(connectionString, "SELECT count(*) FROM requests")).ShouldBe(10);
    }

    /// <summary>Ten times as many fresh keys do not slow down the search for old ones.</summary>
    [Fact]
    public async Task The_cost_of_deleting_keys_does_not_depend_on_how_many_are_kept()
    {
        var database = await PostgresFixture.CreateDatabase();
        await Insert(database, old: 2_000, young: 5_000);
        var few = await Pages(database);
        await Insert(database, old: 0, young: 50_000);

        (await Pages(database)).ShouldBeLessThanOrEqualTo(few * 2);
    }

    static Task Insert(string database, int old, int young) => Session.Run(database, $"""
        INSERT INTO requests (key, fingerprint, answer, at)
        SELECT gen_random_uuid(), gen_random_uuid(), '', now() - CASE WHEN i <= {old} THEN interval '4 days'
            ELSE interval '1 hour' END + i * interval '1 millisecond'
        FROM generate_series(1, {old + young}) AS i;
        ANALYZE requests
        """);

    /// <summary>The pages that PostgreSQL reads to find a thousand old keys.</summary>
    static async Task<int> Pages(string database)
    {
        var plan = await Session.Ask<string>(database, """
            EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ctid FROM requests
            WHERE at < now() - interval '3 days' ORDER BY at LIMIT 1000
            """);
        var top = JsonNode.Parse(plan!)![0]!["Plan"]!;
        return top["Shared Hit Blocks"]!.GetValue<int>() + top["Shared Read Blocks"]!.GetValue<int>();
    }
}
